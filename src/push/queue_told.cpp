#include "push/queue_told.hpp"

#include <algorithm>
#include <cmath>

#include "jobcast/limits.hpp"

namespace jobcast::push {
namespace {

using Seconds = std::chrono::duration<double>;

bool is_other_eta(std::int64_t told, Seconds since, std::int64_t now) {
  const auto counted_down = std::max(static_cast<double>(told) - since.count(), 0.0);
  const auto slack = std::max(Seconds(limits::queue_eta_slack).count(), counted_down * limits::queue_eta_share);
  return std::abs(static_cast<double>(now) - counted_down) > slack;
}

}  // namespace

bool QueueTold::is_news(const QueueBoard::Entry& entry, const QueueState& state, TimePoint now) const {
  if (job_ == 0 && state == QueueState{}) return false;
  if (job_ != entry.turn.created_seq || moved_ != entry.moved_seq) return true;
  if (state.position != state_.position || state.stalled != state_.stalled) return true;
  if (state.eta_seconds.has_value() != state_.eta_seconds.has_value()) return true;
  return state.eta_seconds && is_other_eta(*state_.eta_seconds, now - at_, *state.eta_seconds);
}

void QueueTold::tell(const QueueBoard::Entry& entry, const QueueState& state, TimePoint now) {
  job_ = entry.turn.created_seq;
  moved_ = entry.moved_seq;
  at_ = now;
  state_ = state;
}

}  // namespace jobcast::push
