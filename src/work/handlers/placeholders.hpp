#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobcast {

/// What a command's arguments may name in braces. A word of letters in braces is a placeholder; all other braces are
/// text, so that JSON can stand in an argument.
enum class Placeholder : unsigned char { input, output, payload, id, filename };

inline constexpr std::size_t placeholder_count = 5;

/// What stands for each placeholder, in the order of the enumeration.
using PlaceholderValues = std::array<std::string, placeholder_count>;

/// The first word in braces that is no placeholder, without its braces.
std::optional<std::string> find_unknown_placeholder(std::string_view argument);

/// Whether one of the texts names it.
bool names(const std::vector<std::string>& texts, Placeholder placeholder);

/// The argument with all placeholders replaced. What was put in is not looked at again.
std::string expand_placeholders(std::string_view argument, const PlaceholderValues& values);

}  // namespace jobcast
