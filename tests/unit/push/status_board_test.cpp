#include "push/status_board.hpp"

#include <gmock/gmock.h>

#include "jobcast/limits.hpp"

#include "framed.hpp"
#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// Counts of so many pending and completed jobs.
JobCounts counts_of(std::int64_t pending, std::int64_t completed = 0) {
  JobCounts counts;
  counts[JobStatus::pending] = pending;
  counts[JobStatus::completed] = completed;
  return counts;
}

StoreSnapshot snapshot_of(std::vector<Job> newest) {
  StoreSnapshot snapshot;
  for (const auto& job : newest) {
    ++snapshot.counts[job.status];
    snapshot.head = std::max(snapshot.head, job.seq);
  }
  snapshot.newest = std::move(newest);
  return snapshot;
}

void create(StatusBoard& board, const Job& job) {
  auto counts = board.counts();
  ++counts[job.status];
  board.apply(framed(make_event(EventType::created, job), counts));
}

std::vector<Seq> newest(const StatusBoard& board, std::size_t limit, std::optional<JobStatus> status = {}) {
  std::vector<Seq> seqs;
  for (const auto* entry : board.newest(limit, status)) seqs.push_back(entry->job().created_seq);
  return seqs;
}

TEST(StatusBoardTest, BeginsWithTheSnapshot) {
  const StatusBoard board(snapshot_of({make_job(5, "b", JobStatus::completed), make_job(3, "a")}));
  EXPECT_EQ(board.head(), 5);
  EXPECT_EQ(board.counts(), counts_of(1, 1));
  EXPECT_TRUE(board.holds_all());
  EXPECT_THAT(newest(board, 10), ElementsAre(5, 3));
  EXPECT_THAT(newest(board, 1), ElementsAre(5));
  EXPECT_THAT(newest(board, 0), IsEmpty());
  EXPECT_THAT(newest(board, 10, JobStatus::pending), ElementsAre(3));
  EXPECT_THAT(newest(board, 10, JobStatus::failed), IsEmpty());
}

TEST(StatusBoardTest, FollowsAJob) {
  StatusBoard board(snapshot_of({make_job(3, "a")}));
  const auto* before = board.find(make_id(3));
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(before->status_answer()->text,
            "{\"job\":" + job_json(make_job(3, "a")) + ",\"message\":\"Job status retrieved successfully\"}");
  for (const std::int64_t position : {2, 2, 1}) {
    const auto& answer = before->status_answer({position, 10 * position, false})->text;
    const auto place = "\"queue_position\":" + std::to_string(position) +
                       ",\"eta_seconds\":" + std::to_string(10 * position) + ",\"stalled\":false}";
    EXPECT_TRUE(answer.find(place) != std::string::npos) << answer;
  }
  const auto job = at_seq(make_job(3, "a"), 7, JobStatus::completed);
  board.apply(framed(make_event(EventType::moved, job, JobStatus::processing), counts_of(0, 1)));
  const auto* entry = board.find(make_id(3));
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->job().status, JobStatus::completed);
  EXPECT_EQ(entry->json(), job_json(job));
  EXPECT_EQ(entry->status_answer()->text,
            "{\"job\":" + job_json(job) + ",\"message\":\"Job status retrieved successfully\"}");
  EXPECT_EQ(board.head(), 7);
  EXPECT_EQ(board.counts(), counts_of(0, 1));
}

TEST(StatusBoardTest, FindsTheNewestOfAName) {
  StatusBoard board(snapshot_of({make_job(5, "b"), make_job(3, "a")}));
  create(board, make_job(8, "a"));
  create(board, make_job(9, "aa"));
  const auto seq_of = [](const StatusBoard::Entry* entry) { return entry == nullptr ? 0 : entry->job().created_seq; };
  EXPECT_EQ(seq_of(board.newest_named("a")), 8);
  EXPECT_EQ(seq_of(board.newest_named("b")), 5);
  EXPECT_EQ(board.newest_named("c"), nullptr);
  EXPECT_EQ(board.newest_named(""), nullptr);
  EXPECT_EQ(seq_of(board.find(JobRef("a"))), 8);
  EXPECT_EQ(seq_of(board.find(JobRef(make_id(3)))), 3);
  for (const auto& [at, expected] : {std::pair<Seq, Seq>{2, 0}, {3, 3}, {7, 3}, {8, 8}, {99, 8}}) {
    EXPECT_EQ(board.newest_named_at("a", at), expected) << at;
  }
}

TEST(StatusBoardTest, ForgetsADeletedJob) {
  StatusBoard board(snapshot_of({make_job(5, "a"), make_job(3, "a")}));
  board.apply(framed(make_event(EventType::deleted, at_seq(make_job(5, "a"), 9, JobStatus::pending)), counts_of(1)));
  EXPECT_EQ(board.find(make_id(5)), nullptr);
  ASSERT_NE(board.newest_named("a"), nullptr);
  EXPECT_EQ(board.newest_named("a")->job().created_seq, 3) << "the older one has the name again";
  EXPECT_EQ(board.head(), 9);
  EXPECT_TRUE(board.holds_all());
}

TEST(StatusBoardTest, KeepsTheNewestJobsWhenItIsFull) {
  const auto full = static_cast<Seq>(limits::board_jobs);
  std::vector<Job> jobs;
  for (Seq seq = full; seq >= 1; --seq) jobs.push_back(make_job(seq, "f" + std::to_string(seq)));
  StatusBoard board(snapshot_of(std::move(jobs)));
  EXPECT_TRUE(board.holds_all());
  EXPECT_NE(board.find(make_id(1)), nullptr);

  create(board, make_job(full + 1, "new"));
  EXPECT_FALSE(board.holds_all());
  EXPECT_EQ(board.find(make_id(1)), nullptr);
  EXPECT_EQ(board.newest_named("f1"), nullptr);
  EXPECT_NE(board.newest_named("f2"), nullptr);
  EXPECT_NE(board.newest_named("new"), nullptr);

  const auto older = at_seq(make_job(1, "f1"), full + 2, JobStatus::processing);
  board.apply(framed(make_event(EventType::moved, older, JobStatus::pending), board.counts()));
  EXPECT_EQ(board.find(make_id(1)), nullptr) << "an older job that moves drives out no newer one";
  EXPECT_NE(board.find(make_id(2)), nullptr);
  EXPECT_EQ(board.head(), full + 2);
}

TEST(StatusBoardTest, AnOlderJobIsNotTakenForTheNewestOnceTheNewerOnesAreDeleted) {
  StatusBoard board(snapshot_of({make_job(5, "a")}));
  board.apply(framed(make_event(EventType::deleted, at_seq(make_job(5, "a"), 9, JobStatus::pending)), counts_of(2)));
  const auto older = at_seq(make_job(3, "a"), 10, JobStatus::processing);
  board.apply(framed(make_event(EventType::moved, older, JobStatus::pending), counts_of(2)));
  EXPECT_EQ(board.newest_named("a"), nullptr) << "the database may have a newer one of the name";
  EXPECT_FALSE(board.holds_all());
  create(board, make_job(11, "a"));
  EXPECT_NE(board.newest_named("a"), nullptr);
}

/// A move of a job created at made_at, told of `after` that moment.
EventPtr move(Seq created, JobStatus from, JobStatus to, std::chrono::milliseconds after, std::int64_t attempt = 1) {
  auto job = at_seq(make_job(created, "a"), created + 1000, to);
  job.attempt = attempt;
  auto event = std::make_shared<JobEvent>(*make_event(EventType::moved, job, from));
  event->at = made_at + after;
  return event;
}

TEST(StatusBoardTest, TellsOfTheLastMinute) {
  StatusBoard board(snapshot_of({}));
  board.apply(framed(move(1, JobStatus::pending, JobStatus::processing, 100ms)));
  board.apply(framed(move(2, JobStatus::pending, JobStatus::processing, 300ms)));
  board.apply(framed(move(1, JobStatus::processing, JobStatus::completed, 10s)));
  board.apply(framed(move(2, JobStatus::processing, JobStatus::failed, 20s)));
  board.apply(framed(make_event(EventType::progress, make_job(3, "a", JobStatus::processing))));

  auto activity = board.recent_activity(made_at + 20s);
  EXPECT_EQ(activity.started, 2);
  EXPECT_EQ(activity.finished, 2);
  EXPECT_EQ(activity.wait_ms_mean, 200);

  activity = board.recent_activity(made_at + 61s);
  EXPECT_EQ(activity.started, 0);
  EXPECT_EQ(activity.finished, 2);
  EXPECT_EQ(activity.wait_ms_mean, 0);

  EXPECT_EQ(board.recent_activity(made_at + 75s).finished, 1);
  EXPECT_EQ(board.recent_activity(made_at + 24h).finished, 0);
}

TEST(StatusBoardTest, ARetryDoesNotThinOutTheWait) {
  StatusBoard board(snapshot_of({}));
  board.apply(framed(move(1, JobStatus::pending, JobStatus::processing, 400ms)));
  board.apply(framed(move(2, JobStatus::pending, JobStatus::processing, 500ms, 2)));
  const auto activity = board.recent_activity(made_at + 1s);
  EXPECT_EQ(activity.started, 2);
  EXPECT_EQ(activity.wait_ms_mean, 400) << "how long a second attempt waited is not known here";
}

TEST(StatusBoardTest, AJobWaitsFromWhenItMayRun) {
  StatusBoard board(snapshot_of({}));
  auto event = std::make_shared<JobEvent>(*move(1, JobStatus::pending, JobStatus::processing, 1000ms));
  event->job.run_at = made_at + 900ms;
  board.apply(framed(event));
  EXPECT_EQ(board.recent_activity(made_at + 1s).wait_ms_mean, 100);
}

}  // namespace
}  // namespace jobcast::push
