#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jobcast/job.hpp"

namespace jobcast {

/// What can be asked of the store's writer. Each command is applied whole or not at all; each change
/// of a job is one event. All text must be valid UTF-8 and within its limit already.

struct NewJob {
  JobId id;
  std::string filename;
  std::string file_type;
  std::string kind;
  int max_retries = 3;
  int priority = 0;
  std::optional<Timestamp> run_at;
  std::optional<std::string> payload;  ///< JSON text
  bool external = false;
  bool has_input = false;
};

/// All of them or none. Refused with queue_full beyond StoreOptions::max_queued_jobs.
struct CreateJobs {
  std::vector<NewJob> jobs;
  /// Repeats of a creation with the same key make nothing new while the key is kept (limits::idempotency_key_kept):
  /// they are answered with the first jobs, or idempotency_key_used where these are deleted. None: always new.
  std::optional<std::string> idempotency_key = std::nullopt;
};

/// pending -> processing by one of our own workers; the new attempt's number is in the answer's job.
struct StartJob {
  JobId id;
};

/// pending -> processing by somebody outside, who holds a lease on the job: it is told of only with the lease, and
/// an attempt whose lease is not renewed for `lease_time` has failed. Only of external jobs.
struct ClaimJob {
  JobId id;
  std::string worker;  ///< who claims it, as it calls itself
  std::string lease;   ///< not guessable, never used before
  std::chrono::milliseconds lease_time{};
};

/// What a running attempt tells of itself. An absent field leaves the job's as it is.
struct Progress {
  std::optional<int> percent;
  std::optional<std::int64_t> total_chunks;
  std::optional<std::int64_t> processed_chunks;
  std::optional<std::string> message;
};

/// A piece of a document's text; `number` counts from 0 within the attempt.
struct TextChunk {
  std::int64_t number = 0;
  std::string text;
};

/// Chunks are saved at once; the progress becomes an event at most work.progress_per_second times a
/// second, the latest within 1/rate s, and in any case before the attempt's end.
struct ReportProgress {
  JobId id;
  std::int64_t attempt = 0;
  Progress progress;
  std::vector<TextChunk> chunks;
};

/// processing -> completed.
struct CompleteJob {
  JobId id;
  std::int64_t attempt = 0;
  std::string result;   ///< a JSON object as text
  std::string message;  ///< the status description
};

/// processing -> pending while retries are left and it may help, else -> failed.
struct FailJob {
  JobId id;
  std::int64_t attempt = 0;
  std::string error;
  bool retryable = true;
};

/// processing -> pending because the server stops: uses no retry.
struct InterruptJob {
  JobId id;
  std::int64_t attempt = 0;
};

/// pending | processing -> cancelled.
struct CancelJob {
  JobId id;
};

/// failed | cancelled -> pending, with retry_count 0.
struct RetryJob {
  JobId id;
};

/// Refused while processing. Chunks and events go with it, a tombstone stays.
struct DeleteJob {
  JobId id;
};

enum class SteerAction : std::uint8_t { retry, cancel, remove };

/// The same for several jobs: RetryJob, CancelJob or DeleteJob for each where its state allows it and (for a retry)
/// it can run; the others are counted as skipped.
struct SteerJobs {
  SteerAction action = SteerAction::retry;
  std::vector<JobId> ids;  ///< at most limits::steer_step; more would keep other commands waiting
};

/// An external job's state, told by whoever runs it. One event, or none where only progress is told
/// faster than the rate allows. A status equal to the present one is no move.
struct PatchJob {
  JobId id;
  /// Of a claimed job: that of its claim, which is renewed. Alone it only renews. Errors: lease_required where a
  /// leased job is patched without it, stale_lease where it is not the one that holds.
  std::optional<std::string> lease;
  std::optional<JobStatus> status;  ///< processing, completed, failed or cancelled
  std::optional<int> percent;
  std::optional<std::string> message;
  std::optional<std::string> result;  ///< a JSON object as text
  std::optional<std::string> error;
};

/// Lets every pending job that the server runs itself start now, whatever time it waits for.
struct StartPendingJobs {};

/// From now on no job of this kind starts, or (paused = false) they start again. What runs goes on. Outlives a
/// restart.
struct PauseHandler {
  std::string kind;
  bool paused = true;
};

/// One small step of forgetting: at most about limits::prune_step rows go. To be repeated until it finds nothing.
struct Prune {
  Timestamp finished_before;  ///< jobs that ended earlier are deleted
  Timestamp events_before;    ///< progress events and tombstones older than this go
  Timestamp keys_before;      ///< idempotency keys older than this go
};

using Command =
    std::variant<CreateJobs, StartJob, ClaimJob, ReportProgress, CompleteJob, FailJob, InterruptJob, CancelJob,
                 RetryJob, DeleteJob, SteerJobs, PatchJob, StartPendingJobs, PauseHandler, Prune>;

/// What a committed command did.
struct CommandOutcome {
  /// The jobs as they are now: for CreateJobs in the order given, for SteerJobs and Prune those that were changed
  /// or deleted, else the one named.
  std::vector<Job> jobs;
  std::int64_t affected = 0;  ///< StartPendingJobs: pending jobs started; Prune: rows that went or were looked at
  std::int64_t skipped = 0;   ///< SteerJobs: those whose state did not allow it
  bool repeated = false;      ///< CreateJobs: `jobs` are those of an earlier command with the same key
  std::optional<std::string> payload;  ///< StartJob, ClaimJob: what the job was made with, JSON text
};

}  // namespace jobcast
