#include "metrics/histogram.hpp"

#include <algorithm>

namespace jobcast::metrics {

void Histogram::observe(std::chrono::nanoseconds time) {
  const std::chrono::duration<double> seconds = time;
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), seconds.count()) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(time.count(), std::memory_order_relaxed);
}

Histogram::State Histogram::state() const {
  State state;
  state.bounds.assign(bounds_.begin(), bounds_.end());
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    state.count += counts_[i].load(std::memory_order_relaxed);
    if (i < bounds_.size()) state.cumulative.push_back(state.count);
  }
  const std::chrono::duration<double> sum = std::chrono::nanoseconds(sum_ns_.load(std::memory_order_relaxed));
  state.sum_seconds = sum.count();
  return state;
}

}  // namespace jobcast::metrics
