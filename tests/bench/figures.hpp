#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace jobcast::bench {

using SteadyClock = std::chrono::steady_clock;

/// The value that the given part of all values (not empty) does not exceed; 0.5 for the median.
inline double quantile(std::vector<double> values, double part) {
  std::ranges::sort(values);
  const auto index = static_cast<std::size_t>(part * static_cast<double>(values.size()));
  return values[std::min(index, values.size() - 1)];
}

inline double median(const std::vector<double>& values) {
  return quantile(values, 0.5);
}

/// The median, and the range in brackets.
/// @param format  of one value, as printf() takes it
inline std::string range_of(const std::vector<double>& values, const char* format) {
  char text[96];
  const auto print = [&](double value) {
    std::snprintf(text, sizeof text, format, value);
    return std::string(text);
  };
  const auto [low, high] = std::ranges::minmax_element(values);
  return print(median(values)) + " (" + print(*low) + " to " + print(*high) + ")";
}

inline double seconds(SteadyClock::duration time) {
  return std::chrono::duration<double>(time).count();
}

inline double microseconds(SteadyClock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

}  // namespace jobcast::bench
