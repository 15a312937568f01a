#include "work/running_attempts.hpp"

#include <gtest/gtest.h>

namespace jobcast {
namespace {

JobEvent event_of(EventType type, JobStatus status, std::int64_t attempt) {
  JobEvent event;
  event.type = type;
  event.job.id = JobId(JobId::Bytes{1});
  event.job.status = status;
  event.job.attempt = attempt;
  return event;
}

class RunningAttemptsTest : public ::testing::Test {
 protected:
  void start(std::int64_t attempt) { running_.apply(event_of(EventType::moved, JobStatus::processing, attempt)); }

  RunningAttempts running_;
  const JobId id_ = JobId(JobId::Bytes{1});
};

TEST_F(RunningAttemptsTest, KnowsTheAttemptUnderWayAlone) {
  EXPECT_FALSE(running_.find(id_, 1));
  start(1);
  EXPECT_TRUE(running_.find(id_, 1));
  EXPECT_FALSE(running_.find(id_, 2));
  EXPECT_FALSE(running_.find(JobId(), 1));
}

TEST_F(RunningAttemptsTest, StopsAnAttemptThatIsOver) {
  struct Case {
    const char* what;
    JobEvent event;
  };
  const Case cases[] = {
      {"cancelled", event_of(EventType::moved, JobStatus::cancelled, 1)},
      {"back in the queue", event_of(EventType::moved, JobStatus::pending, 1)},
      {"a newer attempt", event_of(EventType::moved, JobStatus::processing, 2)},
      {"deleted", event_of(EventType::deleted, JobStatus::processing, 1)},
  };
  for (const auto& [what, event] : cases) {
    start(1);
    const auto attempt = running_.find(id_, 1);
    ASSERT_TRUE(attempt) << what;
    running_.apply(event_of(EventType::progress, JobStatus::processing, 1));
    EXPECT_FALSE(attempt->stop_requested()) << what;
    running_.apply(event);
    EXPECT_TRUE(attempt->stop_requested()) << what;
    EXPECT_FALSE(running_.find(id_, 1)) << what;
  }
}

TEST_F(RunningAttemptsTest, StopsAllThoseToComeIncluded) {
  start(1);
  const auto first = running_.find(id_, 1);
  running_.stop_all();
  EXPECT_TRUE(first->stop_requested());
  EXPECT_TRUE(running_.find(id_, 1));
  start(2);
  EXPECT_TRUE(running_.find(id_, 2)->stop_requested());
}

TEST_F(RunningAttemptsTest, LeavesExternalJobsAlone) {
  auto event = event_of(EventType::moved, JobStatus::processing, 1);
  event.job.external = true;
  running_.apply(event);
  EXPECT_FALSE(running_.find(id_, 1));
}

}  // namespace
}  // namespace jobcast
