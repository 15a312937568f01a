#include "push/snapshot.hpp"

#include <gtest/gtest.h>

#include "framed.hpp"
#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

StoreSnapshot two_jobs() {
  StoreSnapshot snapshot;
  snapshot.newest = {make_job(5, "b", JobStatus::failed), make_job(3, "a")};
  snapshot.counts[JobStatus::failed] = 1;
  snapshot.counts[JobStatus::pending] = 1;
  snapshot.head = 9;
  return snapshot;
}

const std::string summary =
    "\"summary\":{\"total_jobs\":2,\"pending_jobs\":1,\"processing_jobs\":0,\"completed_jobs\":0,\"failed_jobs\":1,"
    "\"cancelled_jobs\":0}";
const std::string timestamp = ",\"timestamp\":\"2026-11-23T20:43:00.123Z\"}\n\n";

TEST(SnapshotTest, SummaryOfAllJobs) {
  const StatusBoard board(two_jobs());
  EXPECT_EQ(summary_payload(board, {SnapshotKind::summary, 10, {}}, made_at),
            "id: 9\nevent: status\ndata: {\"type\":\"status_summary\"," + summary + ",\"jobs\":[" +
                job_json(make_job(5, "b", JobStatus::failed)) + "," + job_json(make_job(3, "a")) +
                "],\"message\":\"Background processing status retrieved successfully\"" + timestamp);
}

TEST(SnapshotTest, AFilterNarrowsTheListAndNotTheCounts) {
  const StatusBoard board(two_jobs());
  for (const auto& [limit, status, jobs] :
       {std::tuple<std::size_t, std::optional<JobStatus>, std::string>{1, {}, job_json(board.newest_named("b")->job())},
        {10, JobStatus::pending, job_json(board.newest_named("a")->job())},
        {10, JobStatus::cancelled, ""}}) {
    std::string out;
    append_summary_and_jobs(out, board, limit, status);
    EXPECT_EQ(out, summary + ",\"jobs\":[" + jobs + "]");
  }
}

TEST(SnapshotTest, TheDashboardTellsOfTheServer) {
  const StatusBoard board(two_jobs());
  const ServerFacts facts{{1, 2, 3, 4}, std::chrono::seconds(77)};
  EXPECT_EQ(dashboard_payload(board, {SnapshotKind::dashboard, 0, {}}, facts, made_at),
            "id: 9\nevent: status_update\ndata: {\"type\":\"status_update\"," + summary +
                ",\"jobs\":[],\"server\":{\"connections\":{\"job\":1,\"all\":2,\"sse\":3,\"admin\":4},"
                "\"uptime_seconds\":77,\"jobs_finished_last_minute\":0,\"queue_wait_ms\":0}" +
                timestamp);
}

TEST(SnapshotTest, AnEmptyLogHasNoId) {
  const StatusBoard board(StoreSnapshot{});
  EXPECT_TRUE(summary_payload(board, {}, made_at).starts_with("event: status\n"));
}

}  // namespace
}  // namespace jobcast::push
