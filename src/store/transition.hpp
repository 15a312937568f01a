#pragma once

#include <optional>
#include <string>

#include "jobcast/command.hpp"
#include "jobcast/error.hpp"
#include "jobcast/event.hpp"
#include "jobcast/job.hpp"

/// The state machine of a job, pure: what a command makes of it, or why it is refused. Nothing here numbers
/// events: the `seq` of every job given back is the one that came in.
namespace jobcast {

/// What a move depends on besides the job.
struct Moment {
  Timestamp now;      ///< by the wall clock; a job's own times never go back, whatever this says
  double jitter = 0;  ///< in [0, 1), see retry_delay()
};

/// The job after one event.
struct Transition {
  Job job;
  EventType type = EventType::moved;
  bool result_changed = false;  ///< job.result is new (perhaps none) and complete
};

/// Whether the contract names this move. A job that stays where it is makes none.
bool is_allowed(JobStatus from, JobStatus to);

/// A job that has just been asked for: pending.
Job new_job(const NewJob& wanted, const Moment& moment);

/// Each refuses with invalid_transition (the sentence names state and move), those that name an attempt with
/// stale_attempt where it is not the running one.
result<Transition> apply(Job job, const StartJob& command, const Moment& moment);
result<Transition> apply(Job job, const ClaimJob& command, const Moment& moment);
result<Transition> apply(Job job, const CompleteJob& command, const Moment& moment);
result<Transition> apply(Job job, const FailJob& command, const Moment& moment);
result<Transition> apply(Job job, const InterruptJob& command, const Moment& moment);
result<Transition> apply(Job job, const CancelJob& command, const Moment& moment);
result<Transition> apply(Job job, const RetryJob& command, const Moment& moment);
result<Transition> apply(Job job, const DeleteJob& command, const Moment& moment);

/// Errors besides: not_external, and invalid_parameter for an error without the status `failed`.
result<Transition> apply(Job job, const PatchJob& command, const Moment& moment);

/// The progress that a PATCH of this job tells, where it tells nothing else; such a one may be deferred.
std::optional<Progress> progress_only(const Job& job, const PatchJob& command);

/// stale_attempt unless the job is processing in this very attempt.
result<void> check_attempt(const Job& job, std::int64_t attempt);

/// A processing job with what its attempt tells of itself.
Transition with_progress(Job job, const Progress& progress, const Moment& moment);

/// The running attempt of a job has failed, whoever says so: what FailJob does.
Transition failed_attempt(Job job, std::string error, bool retryable, const Moment& moment);

/// A processing job back to pending, with no retry used.
Transition interrupted(Job job, const Moment& moment);

/// A pending job freed from the time it waits for; nothing where it waits for none.
std::optional<Transition> without_wait(Job job, const Moment& moment);

}  // namespace jobcast
