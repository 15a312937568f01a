#include "push/kind_history.hpp"

#include <algorithm>
#include <numeric>

namespace jobcast::push {

void KindHistory::Ring::add(Span value) {
  values[next] = value;
  next = (next + 1) % values.size();
  size = std::min(size + 1, values.size());
}

std::optional<KindHistory::Span> KindHistory::Ring::longest() const {
  if (size == 0) return {};
  return *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
}

void KindHistory::add(Span duration, std::optional<Span> longest_gap) {
  durations_.add(duration);
  if (longest_gap) gaps_.add(*longest_gap);
}

std::optional<KindHistory::Span> KindHistory::mean() const {
  if (durations_.size == 0) return {};
  const auto end = durations_.values.begin() + static_cast<std::ptrdiff_t>(durations_.size);
  return std::accumulate(durations_.values.begin(), end, Span::zero()) / durations_.size;
}

std::optional<KindHistory::Span> KindHistory::longest_gap() const {
  const auto seen = gaps_.longest();
  return seen ? seen : durations_.longest();
}

}  // namespace jobcast::push
