#include "store/retry_policy.hpp"

#include <algorithm>

#include "jobcast/limits.hpp"

namespace jobcast {

std::chrono::milliseconds retry_delay(int retry, double jitter) {
  using std::chrono::milliseconds;
  const milliseconds longest = limits::retry_delay_max;
  milliseconds base = limits::retry_delay_first;
  for (int i = 1; i < retry && base < longest; ++i) base *= 2;
  base = std::min(base, longest);
  const double added = static_cast<double>(base.count()) * limits::retry_jitter * std::clamp(jitter, 0.0, 1.0);
  return base + milliseconds(static_cast<milliseconds::rep>(added));
}

}  // namespace jobcast
