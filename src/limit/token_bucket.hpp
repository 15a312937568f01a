#pragma once

#include <chrono>

namespace jobcast::limit {

/// How fast something may happen: `per_second` on the average, up to `burst` at once.
struct Rate {
  double per_second = 0;
  double burst = 0;
};

/// A token bucket kept as one moment: when it will be full again (the generic cell rate algorithm). Pure.
class TokenBucket {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Takes a token. Nothing is taken where none is left; then the wait until there is one is given, else zero.
  std::chrono::steady_clock::duration take(const Rate& rate, TimePoint now);

  /// The bucket is as good as new: it need not be remembered.
  [[nodiscard]] bool is_full(TimePoint now) const { return full_at_ <= now; }

 private:
  TimePoint full_at_{};
};

}  // namespace jobcast::limit
