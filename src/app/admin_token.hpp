#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/config.hpp"
#include "jobcast/error.hpp"

#include "base/data_directory.hpp"

namespace jobcast {

/// Why a text can't be a token: its length, or what can't stand in a header. Never repeats it. Nothing where it can.
std::optional<std::string> find_token_fault(std::string_view token);

/// The token kept in the file, which is made (mode 0600) with a random one where there is none.
/// Errors, with the sentence to print: storage_unavailable (can't be read or written), invalid_parameter (others may
/// read it, or no token is in it).
result<std::string> load_or_make_admin_token(const std::filesystem::path& path);

/// The configured tokens. Listening beyond loopback with no admin token set: with the one kept in the data directory,
/// whose place is logged. Errors as above.
result<AuthConfig> complete_auth(const Config& config, const DataDirectory& data);

}  // namespace jobcast
