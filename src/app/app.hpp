#pragma once

#include "jobcast/config.hpp"

namespace jobcast {

/// Runs the server until SIGTERM or SIGINT, then stops it gracefully.
/// @return  the process's exit code: 0 after a graceful stop, 1 where it could not start (the reason is on
///          standard error)
int run_app(const Config& config);

}  // namespace jobcast
