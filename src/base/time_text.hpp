#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "jobcast/clock.hpp"

namespace jobcast {

/// `2026-11-23T20:43:00.123Z`, always 24 characters for the years 0000 to 9999.
std::string to_text(Timestamp time);

/// The same, appended to `out` without an allocation of its own.
void append_text(std::string& out, Timestamp time);

/// Reads RFC 3339 with `Z` or an offset; more than milliseconds are cut off. Nothing for any other text, dates
/// that do not exist included.
std::optional<Timestamp> parse_timestamp(std::string_view text);

}  // namespace jobcast
