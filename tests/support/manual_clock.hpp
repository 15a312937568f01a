#pragma once

#include <chrono>
#include <mutex>

#include "jobcast/clock.hpp"

namespace jobcast {

/// A clock that stands still until a test moves it. Callable from any thread.
class ManualClock final : public Clock {
 public:
  using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

  /// Starts on 2026-01-01, 00:00 UTC.
  ManualClock() = default;
  explicit ManualClock(WallTime now) : now_(now) {}

  [[nodiscard]] WallTime now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
    const std::lock_guard lock(mutex_);
    return steady_now_;
  }

  /// Lets time pass, by both clocks.
  void advance(std::chrono::microseconds time) {
    const std::lock_guard lock(mutex_);
    now_ += time;
    steady_now_ += time;
  }

  /// Sets the wall clock alone, as an administrator does; also back.
  void set(WallTime now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }

 private:
  mutable std::mutex mutex_;
  WallTime now_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  std::chrono::steady_clock::time_point steady_now_{std::chrono::hours(1)};
};

}  // namespace jobcast
