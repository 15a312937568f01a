#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobcast {

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view bytes);

/// The bytes with every ill-formed sequence replaced by U+FFFD (one a maximal subpart, as browsers do).
std::string to_valid_utf8(std::string_view bytes);

/// The length of the longest prefix of at most `limit` bytes that does not end inside a character.
/// `text` must be valid UTF-8 around the cut.
std::size_t prefix_at_character(std::string_view text, std::size_t limit);

/// `text` cut to `limit` bytes at a character's end.
std::string cut_at_character(std::string text, std::size_t limit);

}  // namespace jobcast
