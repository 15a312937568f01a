#include "base/ids.hpp"

#include <algorithm>
#include <span>

#include "base/random.hpp"

namespace jobcast {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32

constexpr std::array<std::int8_t, 256> make_digit_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr auto digit_values = make_digit_values();

}  // namespace

std::optional<JobId> JobId::parse(std::string_view text) {
  // 26 digits hold 130 bits; the two uppermost must be zero.
  if (text.size() != text_length || text[0] > '7') return std::nullopt;
  Bytes bytes{};
  std::uint32_t bits = 0;
  int held = -2;  // the first digit brings only three bits
  std::size_t out = 0;
  for (const char c : text) {
    const auto value = digit_values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 5) | static_cast<std::uint32_t>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes[out++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  return JobId(bytes);
}

std::string JobId::to_string() const {
  std::string text(text_length, '0');
  std::uint32_t bits = 0;
  int held = 2;  // two leading zero bits fill 128 up to 130
  std::size_t out = 0;
  for (const auto byte : bytes_) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text[out++] = alphabet[(bits >> held) & 31U];
    }
  }
  return text;
}

std::chrono::sys_time<std::chrono::microseconds> JobIdSource::next_instant() {
  using std::chrono::microseconds;
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  // A clock set back must not turn the order round; one set back for long is followed again.
  const bool slightly_behind = now <= last_ && last_ - now < std::chrono::seconds(1);
  last_ = slightly_behind ? last_ + microseconds(1) : now;
  return last_;
}

JobId JobIdSource::make() {
  const auto since_epoch = next_instant().time_since_epoch().count();
  const auto milliseconds = static_cast<std::uint64_t>(since_epoch / 1000);
  const auto fraction = static_cast<std::uint32_t>(since_epoch % 1000);  // fits 10 bits

  JobId::Bytes bytes{};
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  fill_random(std::span(bytes).subspan(6));
  bytes[6] = static_cast<std::uint8_t>(fraction >> 2);
  bytes[7] = static_cast<std::uint8_t>(((fraction & 3U) << 6) | (bytes[7] & 0x3fU));
  return JobId(bytes);
}

}  // namespace jobcast
