#include "push/send_round.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "jobcast/limits.hpp"

namespace jobcast::push {

bool SendRound::add(const FramedEventPtr& event, TimePoint now) {
  unsent.push_back(event);
  if (unsent.size() > 1) return false;
  next = 0;
  began = now;
  return true;
}

bool SendRound::end(TimePoint now) {
  unsent.erase(unsent.begin(), unsent.begin() + static_cast<std::ptrdiff_t>(begun_with));
  next = 0;
  if (unsent.empty()) {
    // Room for what was sent together once is kept, not that of a flood.
    if (unsent.capacity() > limits::kept_round_events) unsent.shrink_to_fit();
    return false;
  }
  leave_out_superseded();
  began = now;
  return true;
}

/// As Delivery does for one stream: where much waits, a progress report gives way to a later one of the same attempt.
void SendRound::leave_out_superseded() {
  std::size_t bytes = 0;
  for (const auto& framed : unsent) bytes += framed->chosen.chunk().size();
  if (bytes < limits::merge_queue_bytes) return;
  std::set<std::pair<Seq, std::int64_t>> later;  // attempts with a later report
  const auto is_superseded = [&later](const FramedEventPtr& framed) {
    if (framed->event->type != EventType::progress) return false;
    const auto& job = framed->event->job;
    return !later.emplace(job.created_seq, job.attempt).second;
  };
  std::vector<FramedEventPtr> kept;
  for (auto at = unsent.rbegin(); at != unsent.rend(); ++at) {
    if (!is_superseded(*at)) kept.push_back(std::move(*at));
  }
  std::ranges::reverse(kept);
  unsent = std::move(kept);
}

}  // namespace jobcast::push
