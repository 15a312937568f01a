#pragma once

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
};

/// pending -> processing by one of our own workers; the new attempt's number is in the answer's job.
struct StartJob {
  JobId id;
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

/// RetryJob for every failed job that can run again; the rest is counted as skipped.
struct RetryFailedJobs {};

/// Refused while processing. Chunks and events go with it, a tombstone stays.
struct DeleteJob {
  JobId id;
};

/// An external job's state, told by whoever runs it. One event, or none where only progress is told
/// faster than the rate allows. A status equal to the present one is no move.
struct PatchJob {
  JobId id;
  std::optional<JobStatus> status;  ///< processing, completed, failed or cancelled
  std::optional<int> percent;
  std::optional<std::string> message;
  std::optional<std::string> result;  ///< a JSON object as text
  std::optional<std::string> error;
};

/// Lets every pending job that the server runs itself start now, whatever time it waits for.
struct StartPendingJobs {};

using Command = std::variant<CreateJobs, StartJob, ReportProgress, CompleteJob, FailJob, InterruptJob, CancelJob,
                             RetryJob, RetryFailedJobs, DeleteJob, PatchJob, StartPendingJobs>;

/// What a committed command did.
struct CommandOutcome {
  std::vector<Job> jobs;      ///< the jobs as they are now: for CreateJobs in the order given, else the one
                              ///< named; empty for the commands on many jobs
  std::int64_t affected = 0;  ///< RetryFailedJobs: retried; StartPendingJobs: pending jobs started
  std::int64_t skipped = 0;   ///< RetryFailedJobs: can't run again
};

}  // namespace jobcast
