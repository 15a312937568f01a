#include "work/scheduler.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jobcast {
namespace {

using namespace std::chrono_literals;

Timestamp at(std::chrono::seconds seconds) {
  return Timestamp(seconds);
}

JobId id_of(std::uint8_t number) {
  JobId::Bytes bytes{};
  bytes[15] = number;
  return JobId(bytes);
}

struct Shape {
  int priority = 0;
  std::optional<Timestamp> run_at;
  std::optional<Timestamp> next_retry_at;
};

Job pending(std::uint8_t number, Shape shape = {}) {
  Job job;
  job.id = id_of(number);
  job.created_seq = number;
  job.seq = number;
  job.priority = shape.priority;
  job.run_at = shape.run_at;
  job.next_retry_at = shape.next_retry_at;
  return job;
}

bool any_kind(std::string_view /*kind*/) {
  return true;
}

std::optional<JobId> take(Scheduler& scheduler, Timestamp now, const Scheduler::Admits& admits = any_kind) {
  const auto taken = scheduler.take(now, admits);
  if (!taken) return std::nullopt;
  return taken->id;
}

std::vector<JobId> take_all(Scheduler& scheduler, Timestamp now, const Scheduler::Admits& admits = any_kind) {
  std::vector<JobId> all;
  while (const auto id = take(scheduler, now, admits)) all.push_back(*id);
  return all;
}

TEST(SchedulerTest, TakesTheHighestPriorityThenTheOldest) {
  struct Case {
    const char* what;
    std::vector<Job> jobs;
    std::vector<JobId> order;
  };
  const Case cases[] = {
      {"none", {}, {}},
      {"the oldest first, whatever the order of arrival",
       {pending(3), pending(1), pending(2)},
       {id_of(1), id_of(2), id_of(3)}},
      {"priority before age",
       {pending(1), pending(2, {5, {}, {}}), pending(3, {-5, {}, {}})},
       {id_of(2), id_of(1), id_of(3)}},
      {"a time that has come counts no more", {pending(2), pending(1, {0, at(100s), {}})}, {id_of(1), id_of(2)}},
      {"a time in the future", {pending(2), pending(1, {9, at(101s), {}})}, {id_of(2)}},
      {"a retry in the future", {pending(1, {0, {}, at(101s)})}, {}},
      {"the later of two times", {pending(1, {0, at(99s), at(101s)}), pending(2, {0, at(101s), at(99s)})}, {}},
  };
  for (const auto& [what, jobs, order] : cases) {
    Scheduler scheduler(Scheduler::Side::server);
    for (const auto& job : jobs) scheduler.put(job);
    EXPECT_EQ(take_all(scheduler, at(100s)), order) << what;
  }
}

TEST(SchedulerTest, LeavesOutWhatIsNotPendingOrRunBySomebodyElse) {
  Scheduler scheduler(Scheduler::Side::server);
  auto external = pending(1);
  external.external = true;
  scheduler.put(external);
  for (const auto status : {JobStatus::processing, JobStatus::completed, JobStatus::failed, JobStatus::cancelled}) {
    auto job = pending(2);
    job.status = status;
    scheduler.put(job);
  }
  EXPECT_EQ(take(scheduler, at(1s)), std::nullopt);
  EXPECT_EQ(scheduler.next_due(), std::nullopt);
}

TEST(SchedulerTest, TellsWhenToLookAgain) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1, {0, at(30s), {}}));
  scheduler.put(pending(2, {0, {}, at(20s)}));
  EXPECT_EQ(scheduler.next_due(), at(20s));
  EXPECT_EQ(scheduler.delayed(), 2U);
  EXPECT_EQ(take(scheduler, at(19s)), std::nullopt);
  EXPECT_EQ(take(scheduler, at(20s)), id_of(2));
  EXPECT_EQ(scheduler.next_due(), at(30s));
  scheduler.put(pending(3));
  EXPECT_EQ(scheduler.ready(), 1U);
}

Job pending_of(std::string kind, std::uint8_t number, Shape shape = {}) {
  auto job = pending(number, shape);
  job.kind = std::move(kind);
  return job;
}

TEST(SchedulerTest, PassesOverKindsThatCanNotStart) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending_of("a", 1));
  scheduler.put(pending_of("b", 2, {5, {}, {}}));
  scheduler.put(pending_of("a", 3));
  const auto not_b = [](std::string_view kind) { return kind != "b"; };
  EXPECT_EQ(take_all(scheduler, at(0s), not_b), (std::vector{id_of(1), id_of(3)}));
  EXPECT_EQ(scheduler.ready(), 1U);
  EXPECT_EQ(take_all(scheduler, at(0s)), std::vector{id_of(2)});
}

TEST(SchedulerTest, LooksAfterTheJobsOfItsSideAlone) {
  auto external = pending(1);
  external.external = true;
  Scheduler outside(Scheduler::Side::outside);
  outside.put(external);
  outside.put(pending(2));
  EXPECT_EQ(take_all(outside, at(0s)), std::vector{id_of(1)});
}

TEST(SchedulerTest, ABackoffLastsAsLongAsItWouldHaveWhenTheClockIsSet) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1, {0, {}, at(5000s)}));
  scheduler.put(pending(2, {0, at(5000s), {}}));
  scheduler.clock_was_set(-3600s);
  EXPECT_EQ(scheduler.next_due(), at(1400s)) << "the retry";
  EXPECT_EQ(take_all(scheduler, at(1400s)), std::vector{id_of(1)});
  EXPECT_EQ(scheduler.next_due(), at(5000s)) << "what was asked for at a time waits for that time";
}

TEST(SchedulerTest, ForgetsJobsThatLeaveTheQueue) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1));
  scheduler.put(pending(2, {0, at(50s), {}}));
  auto cancelled = pending(1);
  cancelled.status = JobStatus::cancelled;
  cancelled.seq = 10;
  scheduler.apply({EventType::moved, {}, cancelled, {}});
  scheduler.apply({EventType::deleted, {}, pending(2), {}});
  EXPECT_EQ(scheduler.ready() + scheduler.delayed(), 0U);
  EXPECT_EQ(take(scheduler, at(100s)), std::nullopt);
}

TEST(SchedulerTest, IgnoresAnOlderStateAndProgress) {
  Scheduler scheduler(Scheduler::Side::server);
  auto newer = pending(1, {0, at(50s), {}});
  newer.seq = 10;
  scheduler.put(newer);
  scheduler.put(pending(1));
  scheduler.apply({EventType::progress, {}, pending(2), {}});
  EXPECT_EQ(scheduler.ready(), 0U);
  EXPECT_EQ(scheduler.delayed(), 1U);
}

TEST(SchedulerTest, MovesAJobWhoseTimeIsBroughtForward) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1, {0, {}, at(500s)}));
  auto now = pending(1);
  now.seq = 2;
  scheduler.put(now);
  EXPECT_EQ(take_all(scheduler, at(0s)), std::vector{id_of(1)});
}

TEST(SchedulerTest, GivesATakenJobItsOldPlace) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1));
  scheduler.put(pending(2));
  EXPECT_EQ(take(scheduler, at(0s)), id_of(1));
  scheduler.give_back(id_of(1));
  EXPECT_EQ(take_all(scheduler, at(0s)), (std::vector{id_of(1), id_of(2)}));
}

TEST(SchedulerTest, NeverBringsBackAJobThatLeftWhileTaken) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1));
  EXPECT_EQ(take(scheduler, at(0s)), id_of(1));
  scheduler.apply({EventType::deleted, {}, pending(1), {}});
  scheduler.give_back(id_of(1));
  EXPECT_EQ(take(scheduler, at(0s)), std::nullopt);
}

TEST(SchedulerTest, KeepsAJobThatCameBackWhileTaken) {
  Scheduler scheduler(Scheduler::Side::server);
  scheduler.put(pending(1));
  EXPECT_EQ(take(scheduler, at(0s)), id_of(1));
  auto again = pending(1);
  again.seq = 5;
  scheduler.put(again);
  scheduler.drop(id_of(1));
  EXPECT_EQ(take(scheduler, at(0s)), id_of(1));
  scheduler.drop(id_of(1));
  scheduler.give_back(id_of(1));
  EXPECT_EQ(take(scheduler, at(0s)), std::nullopt);
}

}  // namespace
}  // namespace jobcast
