#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/event.hpp"
#include "jobcast/job.hpp"

#include "store/sqlite/statement.hpp"
#include "store/transition.hpp"

namespace jobcast {

/// Writes jobs together with their events, and gives the events their numbers: each change is a row in `jobs`
/// and a row in `events`. What it did since the last keep() can be taken back in step with a rollback of the
/// database. Every function throws SqliteError. For the writer's thread.
class Ledger {
 public:
  /// The state before an uncommitted change.
  struct Mark {
    std::size_t events = 0;
    Seq last = 0;
    std::int64_t pending = 0;
  };

  /// Within a transaction: begins the range of numbers of this start, at the larger of the last number + 1 and
  /// the time in microseconds.
  Ledger(Connection& connection, std::chrono::sys_time<std::chrono::microseconds> now);

  // Each gives the job back as it is now, with its new number and without a result too large to be inline.
  Job create(Job job, const std::optional<std::string>& payload);
  Job change(Transition change, JobStatus previous);
  Job remove(Job job);

  /// To be called before COMMIT: records which numbers were given.
  void save_range();

  [[nodiscard]] Mark mark() const { return {events_.size(), last_, pending_}; }
  void undo_to(const Mark& mark);
  void undo() { undo_to(kept_); }  ///< all since keep()

  /// After COMMIT: the events since the last one.
  std::vector<EventPtr> keep();

  [[nodiscard]] std::int64_t pending_jobs() const { return pending_; }
  [[nodiscard]] Seq first() const { return first_; }

 private:
  Job log(EventType type, Job job, std::optional<JobStatus> previous);
  void count(std::optional<JobStatus> before, std::optional<JobStatus> after);

  Seq first_ = 0;
  Seq last_ = 0;  ///< the newest number given
  std::int64_t pending_ = 0;
  std::vector<EventPtr> events_;
  Mark kept_;  ///< as of keep()

  Statement insert_job_;
  Statement insert_payload_;
  Statement update_job_;
  Statement update_job_and_result_;
  Statement delete_job_;
  Statement insert_event_;
  Statement delete_events_;
  Statement insert_tombstone_;
  Statement update_range_;
};

}  // namespace jobcast
