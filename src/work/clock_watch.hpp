#pragma once

#include <chrono>
#include <cstdlib>

#include "jobcast/clock.hpp"

namespace jobcast {

/// Notices that the wall clock was set, by comparing it with the steady one. For one thread, or behind a lock.
class ClockWatch {
 public:
  explicit ClockWatch(const Clock& clock) : clock_(clock), offset_(present_offset()) {}

  /// By how much the wall clock was set since the last call; zero where it only drifted.
  std::chrono::milliseconds jump() {
    const auto offset = present_offset();
    const auto by = std::chrono::round<std::chrono::milliseconds>(offset - offset_);
    offset_ = offset;
    return by > smallest_jump || by < -smallest_jump ? by : std::chrono::milliseconds(0);
  }

 private:
  static constexpr std::chrono::milliseconds smallest_jump{1'000};

  [[nodiscard]] std::chrono::microseconds present_offset() const {
    using std::chrono::microseconds;
    const auto steady = std::chrono::floor<microseconds>(clock_.steady_now().time_since_epoch());
    return clock_.now().time_since_epoch() - steady;
  }

  const Clock& clock_;
  std::chrono::microseconds offset_;
};

}  // namespace jobcast
