#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace jobcast {

/// Appends `text` as a JSON string, quotes included. `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Appends a decimal integer.
template <std::integral T>
void append_number(std::string& out, T value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

}  // namespace jobcast
