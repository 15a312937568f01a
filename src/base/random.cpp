#include "base/random.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <sys/random.h>
#include <system_error>

namespace jobcast {
namespace {

void fill_from_kernel(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::minstd_rand& jitter_generator() {
  thread_local std::minstd_rand generator = [] {
    std::array<std::uint8_t, 4> seed{};
    fill_from_kernel(seed);
    std::uint32_t value = 0;
    std::memcpy(&value, seed.data(), sizeof value);
    return std::minstd_rand(value);
  }();
  return generator;
}

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
  thread_local std::array<std::uint8_t, 256> buffer{};
  thread_local std::size_t left = 0;
  if (bytes.size() > buffer.size()) return fill_from_kernel(bytes);
  if (left < bytes.size()) {
    fill_from_kernel(buffer);
    left = buffer.size();
  }
  std::memcpy(bytes.data(), buffer.data() + (buffer.size() - left), bytes.size());
  left -= bytes.size();
}

double random_unit() {
  return std::uniform_real_distribution<double>(0.0, 1.0)(jitter_generator());
}

std::int64_t random_between(std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(jitter_generator());
}

std::string random_hex(std::size_t digits) {
  std::array<std::uint8_t, 64> bytes{};
  std::string text;
  while (text.size() < digits) {
    fill_random(bytes);
    for (const auto byte : bytes) {
      if (text.size() < digits) text += "0123456789abcdef"[byte & 15U];
    }
  }
  return text;
}

}  // namespace jobcast
