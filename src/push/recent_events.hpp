#pragma once

#include <deque>

#include "push/framed_event.hpp"

namespace jobcast::push {

/// The last events with their frames, so that a client which was away for a moment is resumed without a look into
/// the database. Bounded by limits::recent_events and limits::recent_event_bytes. One thread.
class RecentEvents {
 public:
  /// @param complete_after  every event with a higher number will be added
  explicit RecentEvents(Seq complete_after) : complete_after_(complete_after) {}

  void add(FramedEventPtr event);

  /// Every event with a higher number than this is here.
  [[nodiscard]] Seq complete_after() const { return complete_after_; }

  /// The events with a higher number, oldest first: [first, end()).
  [[nodiscard]] std::deque<FramedEventPtr>::const_iterator first_after(Seq seq) const;
  [[nodiscard]] std::deque<FramedEventPtr>::const_iterator end() const { return events_.end(); }

 private:
  std::deque<FramedEventPtr> events_;
  std::size_t bytes_ = 0;
  Seq complete_after_;
};

}  // namespace jobcast::push
