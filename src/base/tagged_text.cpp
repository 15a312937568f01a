#include "base/tagged_text.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace jobcast {
namespace {

/// FNV-1a over 8 bytes at a time with a final mix; not for secrets. Two of them with different seeds make chance
/// collisions of entity tags impossible in practice.
std::uint64_t hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t value = seed ^ (bytes.size() * 0x9e3779b97f4a7c15ULL);
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    __builtin_memcpy(&word, bytes.data() + i, 8);
    value = (value ^ word) * 0x9fb21c651e98df25ULL;
    value ^= value >> 32U;
  }
  for (; i < bytes.size(); ++i) value = (value ^ static_cast<std::uint8_t>(bytes[i])) * 0x100000001b3ULL;
  value ^= value >> 29U;
  value *= 0xbf58476d1ce4e5b9ULL;
  return value ^ (value >> 32U);
}

void append_hex(std::string& out, std::uint64_t value) {
  std::array<char, 16> digits;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, value >>= 4U) {
    *digit = "0123456789abcdef"[value & 15U];
  }
  out.append(digits.data(), digits.size());
}

}  // namespace

std::string make_etag(std::string_view bytes) {
  std::string tag;
  tag.reserve(34);
  tag += '"';
  append_hex(tag, hash(bytes, 0x243f6a8885a308d3ULL));
  append_hex(tag, hash(bytes, 0x13198a2e03707344ULL));
  tag += '"';
  return tag;
}

TaggedText::TaggedText(std::string bytes) : text(std::move(bytes)), etag(make_etag(text)) {}

}  // namespace jobcast
