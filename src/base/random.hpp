#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace jobcast {

/// Unpredictable bytes from the kernel (getrandom), buffered a thread.
void fill_random(std::span<std::uint8_t> bytes);

/// Evenly spread over [0, 1), from a fast generator a thread; for jitter, not for secrets.
double random_unit();

/// Evenly spread over [low, high], as random_unit.
std::int64_t random_between(std::int64_t low, std::int64_t high);

/// `digits` unpredictable hexadecimal digits.
std::string random_hex(std::size_t digits);

}  // namespace jobcast
