#include "push/recent_events.hpp"

#include <algorithm>
#include <utility>

#include "jobcast/limits.hpp"

namespace jobcast::push {
namespace {

std::size_t bytes_of(const FramedEvent& event) {
  return event.chosen.chunk().size();
}

}  // namespace

void RecentEvents::add(FramedEventPtr event) {
  bytes_ += bytes_of(*event);
  events_.push_back(std::move(event));
  while (events_.size() > limits::recent_events || bytes_ > limits::recent_event_bytes) {
    bytes_ -= bytes_of(*events_.front());
    complete_after_ = events_.front()->event->job.seq;
    events_.pop_front();
  }
}

std::deque<FramedEventPtr>::const_iterator RecentEvents::first_after(Seq seq) const {
  return std::upper_bound(events_.begin(), events_.end(), seq,
                          [](Seq wanted, const FramedEventPtr& event) { return wanted < event->event->job.seq; });
}

}  // namespace jobcast::push
