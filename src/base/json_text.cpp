#include "base/json_text.hpp"

#include <array>
#include <cstdint>

namespace jobcast {
namespace {

/// What stands behind the backslash for each character that must be escaped (RFC 8259, section 7); 'u' for the
/// control characters without a short form; 0 for all that stand for themselves.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t i = 0; i < 0x20; ++i) escapes[i] = 'u';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  return escapes;
}

constexpr auto escapes = make_escapes();

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // start of the run that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const char escape = escapes[byte];
    if (escape == 0) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      constexpr std::string_view digits = "0123456789abcdef";
      out += "00";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  out.append(text, plain);
  out += '"';
}

}  // namespace jobcast
