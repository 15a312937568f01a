#include "limit/token_bucket.hpp"

#include <algorithm>

namespace jobcast::limit {

std::chrono::steady_clock::duration TokenBucket::take(const Rate& rate, TimePoint now) {
  using std::chrono::duration_cast;
  using Duration = std::chrono::steady_clock::duration;
  using Seconds = std::chrono::duration<double>;
  const auto token = duration_cast<Duration>(Seconds(1.0 / rate.per_second));
  const auto depth = duration_cast<Duration>(Seconds(std::max(rate.burst, 1.0) / rate.per_second));
  const auto taken = std::max(full_at_, now) + token;
  if (taken - now > depth) return taken - now - depth;
  full_at_ = taken;
  return Duration::zero();
}

}  // namespace jobcast::limit
