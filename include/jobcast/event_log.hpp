#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/error.hpp"
#include "jobcast/event.hpp"
#include "jobcast/job_store.hpp"

namespace jobcast {

/// What is left of a deleted job.
struct Tombstone {
  JobId id;
  std::string filename;
  Seq created_seq = 0;
  Seq deleted_seq = 0;
  Timestamp deleted_at;
};

/// How a chosen job stands for a stream that opens.
struct OpeningTarget {
  std::optional<Job> present;          ///< the job of that id, or the newest existing one of that name
  std::optional<Tombstone> tombstone;  ///< where none exists: the job of that id, or the newest of that name
  /// For a name and a query with `after`: created_seq of the newest job of that name that existed at `after`
  /// (one that was deleted since counts by its tombstone), 0 where there was none. For an id: of that job.
  Seq watched_created_seq = 0;
};

/// Everything of it as of one moment of the log.
struct Opening {
  std::vector<OpeningTarget> targets;  ///< in the order of the query
  Seq head = 0;                        ///< the log's last event at that moment
  Seq oldest = 0;                      ///< the log's first event; head + 1 where it is empty
  /// `after` lies in a recorded range of numbers and the log holds all of the targets that came after it.
  bool after_is_known = false;
};

struct ReplayQuery {
  std::vector<JobRef> targets;
  /// For each target, created_seq of the job watched at `after` (OpeningTarget::watched_created_seq): of a
  /// name, events of jobs older than that are left out.
  std::vector<Seq> watched_created_seq;
  Seq after = 0;
  std::size_t max_events = 256;
  std::size_t max_bytes = 64 * 1024;  ///< approximate; at least one event is given
};

/// A run of the log, filtered.
struct ReplayWindow {
  std::vector<EventPtr> events;  ///< of the targets, in rising seq, none left out up to `through`
  Seq through = 0;               ///< at most the log's head
  bool at_head = false;          ///< `through` was the log's head when this was read
};

/// One line of a job's history.
struct HistoryEntry {
  Seq seq = 0;
  Timestamp at;
  JobStatus status = JobStatus::pending;
  std::optional<int> progress;
  std::string message;
  std::int64_t attempt = 0;
};

/// The one log of all events, for reading. Threads and callbacks as in JobStore.
class EventLog {
 public:
  template <class T>
  using Callback = std::function<void(result<T>)>;

  virtual ~EventLog() = default;

  /// How the chosen jobs stand, and whether a client that knows all up to `after` can be resumed.
  virtual void open(std::vector<JobRef> targets, std::optional<Seq> after, Callback<Opening> done) = 0;

  /// The next events of the chosen jobs after a number.
  virtual void replay(ReplayQuery query, Callback<ReplayWindow> done) = 0;

  /// Up to `limit` events of one job after a number, in rising seq. Errors: job_not_found.
  virtual void history(JobId id, Seq after, std::size_t limit, Callback<std::vector<HistoryEntry>> done) = 0;
};

}  // namespace jobcast
