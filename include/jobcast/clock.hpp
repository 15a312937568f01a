#pragma once

#include <chrono>

namespace jobcast {

/// A moment as clients see it: UTC with milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where time comes from. Passed in, so that tests can move it. Callable from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The wall clock. May jump, also backwards.
  [[nodiscard]] virtual std::chrono::sys_time<std::chrono::microseconds> now() const = 0;

  /// Never goes back; for intervals and deadlines.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;

  [[nodiscard]] Timestamp timestamp() const { return std::chrono::floor<std::chrono::milliseconds>(now()); }
};

}  // namespace jobcast
