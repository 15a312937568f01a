#include "push/job_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "jobcast/limits.hpp"

#include "support/make_job.hpp"

namespace jobcast::push {
namespace {

using nlohmann::json;

TEST(JobJsonTest, TellsAJobThatWaits) {
  EXPECT_EQ(job_json(make_job(1, "a.txt")),
            R"({"id":"00000000000000000000000001","filename":"a.txt","file_type":"text/plain","kind":"document",)"
            R"("status":"pending","status_description":"Waiting in queue","progress":null,"total_chunks":null,)"
            R"("processed_chunks":null,"error_message":null,"retry_count":0,"max_retries":3,)"
            R"("created_at":"2026-11-23T20:43:00.123Z","started_at":null,"updated_at":"2026-11-23T20:43:00.123Z",)"
            R"("processed_at":null,"next_retry_at":null,"result":null,"seq":1,)"
            R"("queue_position":null,"eta_seconds":null,"stalled":false})");
}

TEST(JobJsonTest, TellsEveryField) {
  auto job = make_job(1, "a.txt", JobStatus::completed);
  job.seq = 9'007'199'254'740'991;
  job.progress = 100;
  job.total_chunks = 20;
  job.processed_chunks = 0;
  job.error_message = "the first attempt: disk full";
  job.retry_count = 2;
  job.started_at = made_at + std::chrono::milliseconds(1);
  job.processed_at = made_at + std::chrono::milliseconds(2);
  job.next_retry_at = made_at + std::chrono::milliseconds(3);
  job.result = R"({"words":3})";
  const auto told = json::parse(job_json(job));
  EXPECT_EQ(told.size(), 22U);
  EXPECT_EQ(told["status"], "completed");
  EXPECT_EQ(told["progress"], 100);
  EXPECT_EQ(told["total_chunks"], 20);
  EXPECT_EQ(told["processed_chunks"], 0);
  EXPECT_EQ(told["error_message"], "the first attempt: disk full");
  EXPECT_EQ(told["retry_count"], 2);
  EXPECT_EQ(told["max_retries"], 3);
  EXPECT_EQ(told["started_at"], "2026-11-23T20:43:00.124Z");
  EXPECT_EQ(told["processed_at"], "2026-11-23T20:43:00.125Z");
  EXPECT_EQ(told["next_retry_at"], "2026-11-23T20:43:00.126Z");
  EXPECT_EQ(told["result"]["words"], 3);
  EXPECT_EQ(told["seq"], 9'007'199'254'740'991);
}

TEST(JobJsonTest, EscapesText) {
  auto job = make_job(1, "\"quoted\" \xe2\x82\xac.txt");
  job.status_description = "line\nline\x01";
  job.error_message = "back\\slash";
  job.kind = "a\"b";
  const auto text = job_json(job);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto told = json::parse(text);
  EXPECT_EQ(told["filename"], job.filename);
  EXPECT_EQ(told["status_description"], job.status_description);
  EXPECT_EQ(told["error_message"], *job.error_message);
  EXPECT_EQ(told["kind"], job.kind);
}

TEST(JobJsonTest, LeavesOutALargeResultUnlessAllIsAskedFor) {
  const auto result_of = [](std::size_t bytes) { return "{\"a\":\"" + std::string(bytes - 8, 'x') + "\"}"; };
  auto job = make_job(1, "a", JobStatus::completed);
  job.result = result_of(limits::inline_result_bytes);
  EXPECT_FALSE(json::parse(job_json(job))["result"].is_null());
  job.result = result_of(limits::inline_result_bytes + 1);
  EXPECT_TRUE(json::parse(job_json(job))["result"].is_null());
  EXPECT_EQ(json::parse(job_json(job, true))["result"], json::parse(*job.result));
}

TEST(JobJsonTest, TellsThePlaceInTheQueueOfJobsThatHaveOne) {
  StoreSnapshot snapshot;
  snapshot.active = {make_job(1, "waits"), at_seq(make_job(2, "runs"), 2, JobStatus::processing)};
  const QueueMoment now{made_at, {}};
  const QueueBoard board({1, {{"document", {}}}}, snapshot, now);
  QueueView queue(board, now);
  const auto with_place = [&](const Job& job) {
    std::string out = "[" + job_json(job);
    tell_place(out, job, queue);
    return json::parse(out + ']').at(0);
  };
  auto waits = json::parse(job_json(snapshot.active[0]));
  waits["queue_position"] = 1;
  EXPECT_EQ(with_place(snapshot.active[0]), waits);
  EXPECT_EQ(with_place(snapshot.active[1]), json::parse(job_json(snapshot.active[1])));
  const auto over = make_job(3, "over", JobStatus::completed);
  EXPECT_EQ(with_place(over), json::parse(job_json(over)));
  const auto unknown = make_job(4, "unknown");
  EXPECT_EQ(with_place(unknown), json::parse(job_json(unknown)));
}

TEST(JobJsonTest, CountsAllJobs) {
  JobCounts counts;
  for (std::size_t i = 0; i < job_status_count; ++i) counts.by_status[i] = static_cast<std::int64_t>(i) + 1;
  std::string out = "x";
  append_counts_json(out, counts);
  EXPECT_EQ(out, R"(x{"total_jobs":15,"pending_jobs":1,"processing_jobs":2,"completed_jobs":3,"failed_jobs":4,)"
                 R"("cancelled_jobs":5})");
}

}  // namespace
}  // namespace jobcast::push
