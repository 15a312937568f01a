#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jobcast/command.hpp"
#include "jobcast/error.hpp"
#include "jobcast/event_bus.hpp"
#include "jobcast/job.hpp"

namespace jobcast {

/// One job by its id, or the newest existing job of a filename.
using JobRef = std::variant<JobId, std::string>;

struct ListQuery {
  std::optional<JobStatus> status;
  std::optional<std::string> kind;
  std::optional<std::string> filename_part;  ///< compared as text, no wildcards
  Seq before = 0;                            ///< only jobs with a lower created_seq; 0: from the newest
  std::size_t limit = 100;
};

struct JobPage {
  std::vector<Job> jobs;  ///< newest first
  Seq next_before = 0;    ///< ListQuery::before of the next page; 0: there is none
};

/// A run of a document's text.
struct TextPart {
  std::string text;
  std::int64_t next_chunk = 0;   ///< where to go on; 0: this was the last
  std::int64_t total_bytes = 0;  ///< of the whole text
};

/// The end of the event log.
struct RecentLog {
  std::vector<EventPtr> events;             ///< in rising seq
  Seq after = 0;                            ///< every event with a higher number is among them
  std::vector<std::pair<Seq, Seq>> ranges;  ///< of the numbers handed out so far: the first and the last of each
};

/// What a program that starts needs to know of the past.
struct StoreSnapshot {
  JobCounts counts;
  std::vector<Job> newest;          ///< newest first, at most limits::board_jobs
  std::vector<Job> active;          ///< every pending or processing job, external ones included, oldest first
  std::vector<std::string> paused;  ///< kinds, see PauseHandler
  Seq head = 0;                     ///< the log's last event, 0 where there is none
  Seq first = 0;                    ///< where the numbers of this start of the program begin; may be above head
  RecentLog log;
};

/// Where jobs are kept. Every member function may be called from any thread and returns at once.
///
/// Callbacks: called exactly once, on a thread of the store's (or, when the call is refused at once,
/// on the caller's before it returns); they must not block. An error means that nothing was changed.
class JobStore {
 public:
  template <class T>
  using Callback = std::function<void(result<T>)>;

  /// Stops the writer after what was submitted, then the readers, and closes the database.
  virtual ~JobStore() = default;

  /// The present state. Blocks; to be called before start().
  virtual result<StoreSnapshot> snapshot() = 0;

  /// Begins to take commands. `sinks` hear of every commit from now on and must outlive the store's
  /// destruction.
  virtual void start(std::vector<EventSink*> sinks) = 0;

  /// Puts a command in the writer's queue. The callback comes after its COMMIT (fsync included) and after
  /// all sinks have heard of it.
  /// Errors: invalid_transition, job_not_found, stale_attempt, not_external, lease_required, stale_lease,
  /// handler_missing, input_missing, idempotency_key_used, queue_full, storage_unavailable, storage_full,
  /// shutting_down.
  virtual void submit(Command command, Callback<CommandOutcome> done) = 0;

  /// One job with its whole result (never left out). Errors: job_not_found, storage_unavailable.
  virtual void find(JobRef ref, Callback<Job> done) = 0;

  /// What a job was made with: JSON text, or nothing. Errors: job_not_found, storage_unavailable.
  virtual void read_payload(JobId id, Callback<std::optional<std::string>> done) = 0;

  /// A page of jobs, newest first, results above limits::inline_result_bytes left out.
  virtual void list(ListQuery query, Callback<JobPage> done) = 0;

  /// The text that a completed document left, from chunk `first_chunk` on, at least one chunk and about
  /// `max_bytes`. Errors: job_not_found.
  virtual void read_text(JobId id, std::int64_t first_chunk, std::size_t max_bytes, Callback<TextPart> done) = 0;
};

}  // namespace jobcast
