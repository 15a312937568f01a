#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/config.hpp"
#include "jobcast/error.hpp"

namespace jobcast {

/// Reads a TOML file over the defaults. Errors: invalid_parameter with "FILE:LINE: KEY: reason": no TOML, a key that
/// is not known, a wrong type, an impossible value.
result<Config> read_config_file(const std::filesystem::path& path);

/// The same from text; `name` stands for the file in messages.
result<Config> parse_config(std::string_view text, const std::string& name);

/// trace, debug, info, warn, error.
std::optional<LogLevel> parse_log_level(std::string_view text);

}  // namespace jobcast
