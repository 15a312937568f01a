#include "push/lanes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace jobcast::push {

Lanes::Lanes(std::vector<double> busy_seconds, double weight) : busy_(std::move(busy_seconds)), weight_(weight) {
  std::sort(busy_.begin(), busy_.end());
  sums_.resize(busy_.size());
  std::partial_sum(busy_.begin(), busy_.end(), sums_.begin());
}

double Lanes::capacity(double seconds) const {
  const auto free = std::upper_bound(busy_.begin(), busy_.end(), seconds) - busy_.begin();
  if (free == 0) return 0;
  return weight_ * (static_cast<double>(free) * seconds - sums_[static_cast<std::size_t>(free - 1)]);
}

double wait_seconds(const Lanes& lanes, std::span<const Demand> before) {
  // What is left over for the one that waits is what fits into the lanes less what those before it take, which is
  // at most so much as their own number of lanes allows. The first grows ever faster, the second ever slower: there
  // is one last moment at which nothing is left over.
  const auto begin = lanes.first_free();
  const auto nothing_left = [&](double seconds) {
    double taken = 0;
    for (const auto& demand : before) taken += std::min(demand.work_seconds, demand.lanes * (seconds - begin));
    return lanes.capacity(seconds) <= taken;
  };
  double low = begin;
  double high = lanes.last_free() + 1;
  for (const auto& demand : before) high += demand.work_seconds;
  while (high - low > 0.001 + low * 0.001) {
    const auto middle = (low + high) / 2;
    (nothing_left(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace jobcast::push
