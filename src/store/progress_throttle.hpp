#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "jobcast/command.hpp"
#include "jobcast/job_id.hpp"

#include "store/timed_entries.hpp"

namespace jobcast {

/// Which progress reports become events at once and which wait, pure but for its memory. Between two events of
/// a job lies at least 1/rate s; of the reports within, the latest value of each field waits and falls due at
/// the end of that time. Remembers only jobs that are being worked on. For one thread.
///
/// Changes can be taken back together with a transaction: undo_to(mark()) or, once it is committed, keep().
class ProgressThrottle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `per_second` events a job; 0: all, at once.
  explicit ProgressThrottle(double per_second);

  /// Takes a report. Gives what is to become an event now (what waited included); nothing where it waits.
  std::optional<Progress> report(const JobId& job, const Progress& progress, Time now);

  /// What waits of a job; stays valid until the next change. Null where nothing does.
  [[nodiscard]] const Progress* waiting(const JobId& job) const;

  /// Forgets a job, whose attempt is over. Gives what still waited.
  std::optional<Progress> finish(const JobId& job);

  /// The jobs whose progress has waited long enough, or all that waits.
  [[nodiscard]] std::vector<JobId> due(Time now) const { return entries_.due(now); }
  [[nodiscard]] std::vector<JobId> all_waiting() const { return entries_.all_due(); }

  /// Takes what waits of a job to make it an event now.
  std::optional<Progress> take(const JobId& job, Time now);

  /// When the next one falls due.
  [[nodiscard]] std::optional<Time> next_due() const { return entries_.next_due(); }

  [[nodiscard]] std::size_t mark() const { return entries_.mark(); }
  void undo_to(std::size_t mark) { entries_.undo_to(mark); }
  void keep() { entries_.keep(); }

 private:
  struct Reports {
    Time last;  ///< of the newest event
    std::optional<Progress> waiting;
  };

  void set(const JobId& job, Reports reports);

  std::chrono::steady_clock::duration interval_{};
  TimedEntries<Reports> entries_;
};

}  // namespace jobcast
