#include "store/transition.hpp"

#include <chrono>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "support/result_matchers.hpp"
#include "support/store_client.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr JobStatus pending = JobStatus::pending;
constexpr JobStatus processing = JobStatus::processing;
constexpr JobStatus completed = JobStatus::completed;
constexpr JobStatus failed = JobStatus::failed;
constexpr JobStatus cancelled = JobStatus::cancelled;
constexpr JobStatus every_status[] = {pending, processing, completed, failed, cancelled};

const Timestamp created_at{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};
const Moment later{created_at + 10s, 0};

/// A job in a state, with every field such a job may have.
Job job_in(JobStatus status, bool external = false) {
  Job job;
  job.filename = "f";
  job.kind = external ? "external" : "document";
  job.external = external;
  job.status = status;
  job.status_description = "before";
  job.created_at = created_at;
  job.updated_at = created_at + 5s;
  job.max_retries = 3;
  job.seq = 17;
  if (status != pending) {
    job.attempt = 1;
    job.started_at = created_at + 1s;
    job.progress = 40;
    job.total_chunks = 10;
    job.processed_chunks = 4;
  } else {
    job.next_retry_at = created_at + 60s;
  }
  if (is_final(status)) job.processed_at = job.updated_at;
  if (status == completed) job.result = "{}";
  if (status == failed) job.error_message = "no luck";
  return job;
}

/// What a command makes of a job in each state: the next state, or why not.
struct Row {
  std::string name;
  std::function<result<Transition>(Job)> apply;
  std::optional<JobStatus> to[job_status_count];
  errc refusal;
  bool external = false;
};

template <class Command>
std::function<result<Transition>(Job)> with(Command command) {
  return [command](Job job) { return apply(std::move(job), command, later); };
}

const std::vector<Row>& table() {
  constexpr std::nullopt_t no = std::nullopt;
  static const std::vector<Row> rows = {
      // command                 from: pending, processing, completed, failed, cancelled
      {"start", with(StartJob{}), {processing, no, no, no, no}, errc::invalid_transition},
      {"start external", with(StartJob{}), {no, no, no, no, no}, errc::invalid_transition, true},
      {"complete", with(CompleteJob{{}, 1, "{}", "m"}), {no, completed, no, no, no}, errc::stale_attempt},
      {"complete old", with(CompleteJob{{}, 0, "{}", "m"}), {no, no, no, no, no}, errc::stale_attempt},
      {"complete unborn", with(CompleteJob{{}, 2, "{}", "m"}), {no, no, no, no, no}, errc::stale_attempt},
      {"fail", with(FailJob{{}, 1, "e", true}), {no, pending, no, no, no}, errc::stale_attempt},
      {"fail for good", with(FailJob{{}, 1, "e", false}), {no, failed, no, no, no}, errc::stale_attempt},
      {"interrupt", with(InterruptJob{{}, 1}), {no, pending, no, no, no}, errc::stale_attempt},
      {"interrupt old", with(InterruptJob{{}, 0}), {no, no, no, no, no}, errc::stale_attempt},
      {"cancel", with(CancelJob{}), {cancelled, cancelled, no, no, no}, errc::invalid_transition},
      {"retry", with(RetryJob{}), {no, no, no, pending, pending}, errc::invalid_transition},
      {"delete", with(DeleteJob{}), {pending, no, completed, failed, cancelled}, errc::invalid_transition},
      {"patch own", with(patch({}, completed)), {no, no, no, no, no}, errc::not_external},
      {"patch progress", with(patch({}, {}, 5)), {no, processing, no, no, no}, errc::invalid_transition, true},
      {"patch message", with(patch({}, {}, {}, "m")), {no, processing, no, no, no}, errc::invalid_transition, true},
      {"patch result", with(patch({}, {}, {}, {}, "{}")), {no, processing, no, no, no}, errc::invalid_transition, true},
      {"patch error alone", with(patch({}, {}, {}, {}, {}, "e")), {no, no, no, no, no}, errc::invalid_parameter, true},
      {"patch to pending", with(patch({}, pending)), {no, no, no, no, no}, errc::invalid_transition, true},
      {"patch to processing",
       with(patch({}, processing, 5, "m", "{}")),
       {processing, processing, no, no, no},
       errc::invalid_transition,
       true},
      {"patch to completed",
       with(patch({}, completed, {}, "m", "{}")),
       {no, completed, no, no, no},
       errc::invalid_transition,
       true},
      {"patch to failed",
       with(patch({}, failed, {}, {}, {}, "e")),
       {no, pending, no, no, no},
       errc::invalid_transition,
       true},
      {"patch to cancelled",
       with(patch({}, cancelled, {}, "m")),
       {cancelled, cancelled, no, no, no},
       errc::invalid_transition,
       true},
      {"patch to cancelled with progress",
       with(patch({}, cancelled, 5)),
       {no, cancelled, no, no, no},
       errc::invalid_transition,
       true},
  };
  return rows;
}

TEST(Transition, every_command_on_every_state) {
  for (const auto& row : table()) {
    for (const auto status : every_status) {
      SCOPED_TRACE(row.name + " from " + std::string(to_string(status)));
      const auto change = row.apply(job_in(status, row.external));
      const auto& expected = row.to[static_cast<std::size_t>(status)];
      if (!expected) {
        EXPECT_THAT(change, FailsWith(row.refusal));
        continue;
      }
      ASSERT_TRUE(change.has_value()) << change.error().message;
      EXPECT_EQ(change->job.status, *expected);
      EXPECT_EQ(change->job.processed_at.has_value(), is_final(change->job.status));
      EXPECT_EQ(change->job.seq, 17);
      EXPECT_EQ(change->job.updated_at, later.now);
    }
  }
}

TEST(Transition, only_the_moves_of_the_contract_are_allowed) {
  const std::vector<std::pair<JobStatus, JobStatus>> moves = {
      {pending, processing}, {pending, cancelled},    {processing, completed}, {processing, failed},
      {processing, pending}, {processing, cancelled}, {failed, pending},       {cancelled, pending},
  };
  for (const auto from : every_status) {
    for (const auto to : every_status) {
      EXPECT_EQ(is_allowed(from, to), std::ranges::count(moves, std::pair(from, to)) == 1)
          << to_string(from) << " to " << to_string(to);
    }
  }
}

TEST(Transition, a_refusal_names_state_and_move) {
  const auto refused = apply(job_in(completed), CancelJob{}, later);
  EXPECT_EQ(refused.error().message, "The job is completed: it can't be cancelled.");
  EXPECT_EQ(apply(job_in(processing), DeleteJob{}, later).error().message,
            "The job is processing: it can't be deleted.");
  EXPECT_THAT(apply(job_in(processing), CompleteJob{{}, 7, "", ""}, later).error().message,
              AllOf(HasSubstr("Attempt 7"), HasSubstr("in attempt 1")));
}

TEST(Transition, a_start_begins_an_attempt_from_nothing) {
  auto job = job_in(pending);
  job.error_message = "no luck";
  const auto change = apply(job, StartJob{}, later).value();
  EXPECT_EQ(change.type, EventType::moved);
  EXPECT_EQ(change.job.attempt, 1);
  EXPECT_EQ(change.job.status_description, "Currently processing...");
  EXPECT_EQ(change.job.started_at, later.now);
  EXPECT_EQ(change.job.next_retry_at, std::nullopt);
  EXPECT_EQ(change.job.progress, std::nullopt);
  EXPECT_EQ(change.job.error_message, "no luck");
  EXPECT_FALSE(change.result_changed);
}

TEST(Transition, a_completion_brings_the_result) {
  const auto change = apply(job_in(processing), CompleteJob{{}, 1, R"({"a":1})", "m"}, later).value();
  EXPECT_EQ(change.job.progress, 100);
  EXPECT_EQ(change.job.result, R"({"a":1})");
  EXPECT_TRUE(change.result_changed);
  EXPECT_EQ(change.job.status_description, "m");
  EXPECT_EQ(change.job.processed_at, later.now);
  EXPECT_EQ(change.job.processed_chunks, 4);
}

TEST(Transition, failures_use_up_the_retries) {
  auto job = job_in(processing);
  job.max_retries = 2;
  auto change = apply(job, FailJob{{}, 1, "no luck", true}, {later.now, 0.5}).value();
  EXPECT_EQ(change.job.retry_count, 1);
  EXPECT_EQ(change.job.next_retry_at, later.now + 1100ms);
  EXPECT_EQ(change.job.error_message, "no luck");
  EXPECT_EQ(change.job.status_description, "Waiting in queue");
  EXPECT_EQ(change.job.progress, std::nullopt);

  job.retry_count = 2;
  change = apply(job, FailJob{{}, 1, "", true}, later).value();
  EXPECT_EQ(change.job.status, failed);
  EXPECT_EQ(change.job.retry_count, 2);
  EXPECT_EQ(change.job.error_message, "Failed");
  EXPECT_EQ(change.job.status_description, "Failed");
  EXPECT_EQ(change.job.progress, 40) << "how far it came stays to be seen";

  job.retry_count = 0;
  job.max_retries = 0;
  EXPECT_EQ(apply(job, FailJob{{}, 1, "e", true}, later).value().job.status, failed);
}

TEST(Transition, back_to_pending_clears_what_the_attempt_left) {
  auto job = job_in(processing);
  job.result = R"({"half":1})";
  job.retry_count = 1;
  const auto change = apply(job, InterruptJob{{}, 1}, later).value();
  EXPECT_EQ(change.job.progress, std::nullopt);
  EXPECT_EQ(change.job.total_chunks, std::nullopt);
  EXPECT_EQ(change.job.processed_chunks, std::nullopt);
  EXPECT_EQ(change.job.result, std::nullopt);
  EXPECT_TRUE(change.result_changed);
  EXPECT_EQ(change.job.retry_count, 1);
  EXPECT_EQ(change.job.next_retry_at, std::nullopt);
}

TEST(Transition, a_manual_retry_forgets_all_but_the_last_error) {
  auto job = job_in(failed);
  job.retry_count = 3;
  job.result_left_out = true;
  const auto change = apply(job, RetryJob{}, later).value();
  EXPECT_EQ(change.job.retry_count, 0);
  EXPECT_EQ(change.job.progress, std::nullopt);
  EXPECT_EQ(change.job.error_message, "no luck");
  EXPECT_TRUE(change.result_changed) << "a result that was left out must go too";
  EXPECT_FALSE(change.job.result_left_out);
}

TEST(Transition, patches_tell_what_they_carry) {
  auto change = apply(job_in(pending, true), patch({}, processing, 150, "begun"), later).value();
  EXPECT_EQ(change.job.attempt, 1);
  EXPECT_EQ(change.job.progress, 100) << "never above";
  EXPECT_EQ(change.job.status_description, "begun");
  EXPECT_EQ(change.type, EventType::moved);

  change = apply(job_in(processing, true), patch({}, processing, -3), later).value();
  EXPECT_EQ(change.job.attempt, 1) << "no new attempt";
  EXPECT_EQ(change.job.progress, 0) << "never below";
  EXPECT_EQ(change.type, EventType::progress);

  change = apply(job_in(processing, true), patch({}, completed), later).value();
  EXPECT_EQ(change.job.status_description, "Completed");
  EXPECT_EQ(change.job.progress, 100);
  EXPECT_FALSE(change.result_changed);

  change = apply(job_in(processing, true), patch({}, cancelled), later).value();
  EXPECT_EQ(change.job.status_description, "Cancelled");
  change = apply(job_in(pending, true), patch({}, cancelled, {}, "not needed"), later).value();
  EXPECT_EQ(change.job.status_description, "not needed");

  change = apply(job_in(processing, true), patch({}, failed, 70, "the message"), later).value();
  EXPECT_EQ(change.job.error_message, "the message") << "where no error is told";
  auto last = job_in(processing, true);
  last.max_retries = 0;
  change = apply(last, patch({}, failed, 70, {}, R"({"log":1})", "e"), later).value();
  EXPECT_EQ(change.job.progress, 70);
  EXPECT_EQ(change.job.result, R"({"log":1})");
  EXPECT_EQ(change.job.status_description, "e");
}

TEST(Transition, only_a_patch_of_mere_progress_may_wait) {
  const auto running = job_in(processing, true);
  EXPECT_EQ(progress_only(running, patch({}, {}, 5, "m"))->message, "m");
  EXPECT_TRUE(progress_only(running, patch({}, processing, 5)));
  EXPECT_FALSE(progress_only(running, patch({}, completed, 5)));
  EXPECT_FALSE(progress_only(running, patch({}, {}, 5, {}, "{}")));
  EXPECT_FALSE(progress_only(job_in(pending, true), patch({}, {}, 5)));
  EXPECT_FALSE(progress_only(job_in(processing, false), patch({}, {}, 5)));
}

TEST(Transition, times_never_go_back_but_waits_follow_the_clock) {
  const Moment earlier{created_at - 1h, 0};
  const auto change = apply(job_in(processing), FailJob{{}, 1, "e", true}, earlier).value();
  EXPECT_EQ(change.job.updated_at, created_at + 5s);
  EXPECT_EQ(change.job.next_retry_at, earlier.now + 1s);
}

TEST(Transition, a_wait_is_ended_only_where_there_is_one) {
  auto job = job_in(pending);
  auto change = without_wait(job, later);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->job.next_retry_at, std::nullopt);
  EXPECT_EQ(change->job.run_at, std::nullopt);
  job.next_retry_at.reset();
  job.run_at = later.now + 1ms;
  change = without_wait(job, later);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->job.run_at, later.now);
  job.run_at = later.now;
  EXPECT_FALSE(without_wait(job, later));
  EXPECT_FALSE(without_wait(job_in(failed), later));
}

}  // namespace
}  // namespace jobcast
