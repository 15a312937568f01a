#include "store/transition.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "store/retry_policy.hpp"

namespace jobcast {
namespace {

constexpr std::string_view waiting_text = "Waiting in queue";
constexpr std::string_view processing_text = "Currently processing...";
constexpr std::string_view completed_text = "Completed";
constexpr std::string_view failed_text = "Failed";
constexpr std::string_view cancelled_text = "Cancelled";

Error refusal(const Job& job, std::string_view participle) {
  std::string sentence = "The job is ";
  sentence.append(to_string(job.status)).append(": it can't be ").append(participle).append(".");
  return {errc::invalid_transition, std::move(sentence)};
}

/// The participle of the move to a status, for refusals.
constexpr std::string_view move_to(JobStatus status) {
  constexpr std::string_view names[] = {"put back to pending", "started", "completed", "failed", "cancelled"};
  return names[static_cast<std::size_t>(status)];
}

void touch(Job& job, const Moment& moment) {
  job.updated_at = std::max({moment.now, job.updated_at, job.created_at});
}

void clear_attempt(Job& job) {
  job.progress.reset();
  job.total_chunks.reset();
  job.processed_chunks.reset();
}

/// Drops the result; tells whether there was one.
bool clear_result(Job& job) {
  const bool had = job.result.has_value() || job.result_left_out;
  job.result.reset();
  job.result_left_out = false;
  return had;
}

void set_result(Job& job, std::string text) {
  job.result = std::move(text);
  job.result_left_out = false;
}

Transition to_pending(Job job, const Moment& moment) {
  touch(job, moment);
  job.status = JobStatus::pending;
  job.status_description = waiting_text;
  job.processed_at.reset();
  job.next_retry_at.reset();
  clear_attempt(job);
  const bool result_changed = clear_result(job);
  return {std::move(job), EventType::moved, result_changed};
}

Transition to_final(Job job, JobStatus status, std::string description, const Moment& moment) {
  touch(job, moment);
  job.status = status;
  job.status_description = std::move(description);
  job.processed_at = job.updated_at;
  job.next_retry_at.reset();
  return {std::move(job), EventType::moved, false};
}

Transition to_processing(Job job, const Moment& moment) {
  touch(job, moment);
  job.status = JobStatus::processing;
  job.status_description = processing_text;
  job.attempt += 1;
  job.started_at = job.updated_at;
  job.next_retry_at.reset();
  clear_attempt(job);
  const bool result_changed = clear_result(job);
  return {std::move(job), EventType::moved, result_changed};
}

Transition to_completed(Job job, std::string description, const Moment& moment) {
  auto change = to_final(std::move(job), JobStatus::completed, std::move(description), moment);
  change.job.progress = 100;
  return change;
}

void add_progress(Job& job, const Progress& progress) {
  if (progress.percent) job.progress = std::clamp(*progress.percent, 0, 100);
  if (progress.total_chunks) job.total_chunks = progress.total_chunks;
  if (progress.processed_chunks) job.processed_chunks = progress.processed_chunks;
  if (progress.message) job.status_description = *progress.message;
}

Progress progress_of(const PatchJob& patch) {
  Progress progress;
  progress.percent = patch.percent;
  progress.message = patch.message;
  return progress;
}

bool is_move(const Job& job, const PatchJob& patch) {
  return patch.status && !(*patch.status == job.status && job.status == JobStatus::processing);
}

result<void> check_patch(const Job& job, const PatchJob& patch) {
  if (!job.external) {
    return Error{errc::not_external, "The job is run by the server itself: its state can't be set from outside."};
  }
  if (patch.error && patch.status != JobStatus::failed) {
    return Error{errc::invalid_parameter, "An error can only be told together with the status failed."};
  }
  if (is_move(job, patch)) {
    // Only the server itself puts a job back to pending.
    if (*patch.status == JobStatus::pending || !is_allowed(job.status, *patch.status)) {
      return refusal(job, move_to(*patch.status));
    }
    const bool runs = job.status == JobStatus::processing || patch.status == JobStatus::processing;
    if (!runs && (patch.percent || patch.result)) return refusal(job, "given progress or a result");
    return {};
  }
  if (job.status != JobStatus::processing) return refusal(job, "given progress, a message or a result");
  return {};
}

Transition moved_by(Job job, const PatchJob& patch, const Moment& moment) {
  switch (*patch.status) {
    case JobStatus::processing: {
      auto change = to_processing(std::move(job), moment);
      if (patch.percent) change.job.progress = std::clamp(*patch.percent, 0, 100);
      return change;
    }
    case JobStatus::completed:
      return to_completed(std::move(job), std::string(completed_text), moment);
    case JobStatus::failed: {
      const auto& error = patch.error ? patch.error : patch.message;
      if (patch.percent) job.progress = std::clamp(*patch.percent, 0, 100);
      return failed_attempt(std::move(job), error.value_or(std::string()), true, moment);
    }
    case JobStatus::cancelled:
    case JobStatus::pending:
      break;
  }
  if (patch.percent) job.progress = std::clamp(*patch.percent, 0, 100);
  return to_final(std::move(job), JobStatus::cancelled, std::string(cancelled_text), moment);
}

}  // namespace

bool is_allowed(JobStatus from, JobStatus to) {
  constexpr bool table[job_status_count][job_status_count] = {
      // to: pending, processing, completed, failed, cancelled
      {false, true, false, false, true},    // from pending
      {true, false, true, true, true},      // from processing
      {false, false, false, false, false},  // from completed
      {true, false, false, false, false},   // from failed
      {true, false, false, false, false},   // from cancelled
  };
  return table[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

Job new_job(const NewJob& wanted, const Moment& moment) {
  Job job;
  job.id = wanted.id;
  job.filename = wanted.filename;
  job.file_type = wanted.file_type;
  job.kind = wanted.kind;
  job.status_description = waiting_text;
  job.max_retries = wanted.max_retries;
  job.priority = wanted.priority;
  job.created_at = moment.now;
  job.updated_at = moment.now;
  job.run_at = wanted.run_at;
  job.external = wanted.external;
  job.has_input = wanted.has_input;
  return job;
}

result<void> check_attempt(const Job& job, std::int64_t attempt) {
  if (job.status == JobStatus::processing && job.attempt == attempt) return {};
  std::string sentence = "Attempt " + std::to_string(attempt) + " of the job is over";
  sentence.append(": the job is ").append(to_string(job.status));
  if (job.status == JobStatus::processing) sentence.append(" in attempt ").append(std::to_string(job.attempt));
  return Error{errc::stale_attempt, sentence + "."};
}

result<Transition> apply(Job job, const StartJob& /*command*/, const Moment& moment) {
  if (job.external) {
    return Error{errc::invalid_transition, "The job is external: whoever runs it starts it, not the server."};
  }
  if (!is_allowed(job.status, JobStatus::processing)) return refusal(job, move_to(JobStatus::processing));
  return to_processing(std::move(job), moment);
}

result<Transition> apply(Job job, const ClaimJob& /*command*/, const Moment& moment) {
  if (!job.external) {
    return Error{errc::not_external, "The job is run by the server itself: it can't be claimed from outside."};
  }
  if (job.status != JobStatus::pending) return refusal(job, "claimed");
  return to_processing(std::move(job), moment);
}

result<Transition> apply(Job job, const CompleteJob& command, const Moment& moment) {
  if (auto fence = check_attempt(job, command.attempt); !fence) return fence.error();
  auto change = to_completed(std::move(job), command.message, moment);
  set_result(change.job, command.result);
  change.result_changed = true;
  return change;
}

result<Transition> apply(Job job, const FailJob& command, const Moment& moment) {
  if (auto fence = check_attempt(job, command.attempt); !fence) return fence.error();
  return failed_attempt(std::move(job), command.error, command.retryable, moment);
}

result<Transition> apply(Job job, const InterruptJob& command, const Moment& moment) {
  if (auto fence = check_attempt(job, command.attempt); !fence) return fence.error();
  return interrupted(std::move(job), moment);
}

result<Transition> apply(Job job, const CancelJob& /*command*/, const Moment& moment) {
  if (!is_allowed(job.status, JobStatus::cancelled)) return refusal(job, move_to(JobStatus::cancelled));
  return to_final(std::move(job), JobStatus::cancelled, std::string(cancelled_text), moment);
}

result<Transition> apply(Job job, const RetryJob& /*command*/, const Moment& moment) {
  if (job.status != JobStatus::failed && job.status != JobStatus::cancelled) return refusal(job, "retried");
  auto change = to_pending(std::move(job), moment);
  change.job.retry_count = 0;
  return change;
}

result<Transition> apply(Job job, const DeleteJob& /*command*/, const Moment& moment) {
  if (job.status == JobStatus::processing) return refusal(job, "deleted");
  touch(job, moment);
  return Transition{std::move(job), EventType::deleted, false};
}

result<Transition> apply(Job job, const PatchJob& command, const Moment& moment) {
  if (auto check = check_patch(job, command); !check) return check.error();
  const bool moves = is_move(job, command);
  auto change =
      moves ? moved_by(std::move(job), command, moment) : with_progress(std::move(job), progress_of(command), moment);
  if (moves && command.message) change.job.status_description = *command.message;
  // A failed attempt that will be retried leaves no result behind.
  if (command.result && change.job.status != JobStatus::pending) {
    set_result(change.job, *command.result);
    change.result_changed = true;
  }
  return change;
}

std::optional<Progress> progress_only(const Job& job, const PatchJob& command) {
  if (!check_patch(job, command) || is_move(job, command) || command.result) return std::nullopt;
  return progress_of(command);
}

Transition with_progress(Job job, const Progress& progress, const Moment& moment) {
  touch(job, moment);
  add_progress(job, progress);
  return {std::move(job), EventType::progress, false};
}

Transition failed_attempt(Job job, std::string error, bool retryable, const Moment& moment) {
  if (error.empty()) error = failed_text;
  if (!retryable || job.retry_count >= job.max_retries) {
    job.error_message = error;
    return to_final(std::move(job), JobStatus::failed, std::move(error), moment);
  }
  auto change = to_pending(std::move(job), moment);
  change.job.error_message = std::move(error);
  change.job.retry_count += 1;
  change.job.next_retry_at = moment.now + retry_delay(change.job.retry_count, moment.jitter);
  return change;
}

Transition interrupted(Job job, const Moment& moment) {
  return to_pending(std::move(job), moment);
}

std::optional<Transition> without_wait(Job job, const Moment& moment) {
  const bool backs_off = job.next_retry_at && *job.next_retry_at > moment.now;
  const bool is_early = job.run_at && *job.run_at > moment.now;
  if (job.status != JobStatus::pending || (!backs_off && !is_early)) return std::nullopt;
  touch(job, moment);
  job.next_retry_at.reset();
  if (is_early) job.run_at = moment.now;
  return Transition{std::move(job), EventType::moved, false};
}

}  // namespace jobcast
