#pragma once

#include "jobcast/config.hpp"

namespace jobcast {

/// Sends the log to standard error, one line an entry, from a thread of its own: a stuck reader costs entries (the
/// oldest are dropped), never time on the thread that logs.
void start_logging(const LogConfig& config);

/// Writes what is still queued. Call before the program ends.
void stop_logging();

}  // namespace jobcast
