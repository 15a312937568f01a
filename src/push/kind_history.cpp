#include "push/kind_history.hpp"

#include <algorithm>
#include <numeric>

namespace jobcast::push {

void KindHistory::Ring::add(Span value) {
  values[next] = value;
  next = (next + 1) % values.size();
  size = std::min(size + 1, values.size());
}

void KindHistory::add(Span duration, std::optional<Span> longest_gap) {
  durations_.add(duration);
  if (longest_gap) gaps_.add(*longest_gap);
  const auto durations = durations_.all();
  const auto gaps = gaps_.all();
  mean_ = std::accumulate(durations.begin(), durations.end(), Span::zero()) / durations.size();
  longest_gap_ = std::ranges::max(gaps.empty() ? durations : gaps);
}

}  // namespace jobcast::push
