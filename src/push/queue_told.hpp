#pragma once

#include <chrono>

#include "push/queue_view.hpp"

namespace jobcast::push {

/// What a watcher was last told of a job's place in the queue. Pure.
class QueueTold {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Whether this is news to the watcher: another job, or one that has begun to wait or to run since; another position
  /// or `stalled`; an end that is expected much earlier or later than the seconds that it was told have counted down
  /// to. Where it was told nothing yet, only what says something.
  [[nodiscard]] bool is_news(const QueueBoard::Entry& entry, const QueueState& state, TimePoint now) const;

  void tell(const QueueBoard::Entry& entry, const QueueState& state, TimePoint now);

  /// It was told of this job at this very moment.
  [[nodiscard]] bool was_told(Seq created_seq, TimePoint now) const { return job_ == created_seq && at_ == now; }

 private:
  Seq job_ = 0;    ///< created_seq; 0: nothing told yet
  Seq moved_ = 0;  ///< Entry::moved_seq
  TimePoint at_;
  QueueState state_;
};

}  // namespace jobcast::push
