#pragma once

#include <string>
#include <toml++/toml.h>
#include <vector>

#include "jobcast/config.hpp"
#include "jobcast/error.hpp"

namespace jobcast {

/// Reads the tables [handlers.NAME], in the order of the file. Errors as parse_config().
/// @param file  stands for the file in messages
result<std::vector<HandlerConfig>> read_handlers(const toml::table& handlers, const std::string& file);

}  // namespace jobcast
