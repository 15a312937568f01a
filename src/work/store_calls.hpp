#pragma once

#include <chrono>
#include <stop_token>

#include "jobcast/job_store.hpp"

namespace jobcast {

/// Submits the command and waits for its answer. Not to be called on a thread of the store's.
result<CommandOutcome> submit_and_wait(JobStore& store, Command command);

/// The same, again and again with growing pauses while the store can't take it now (queue_full,
/// storage_unavailable, storage_full), until `stop` is requested: then the last refusal is returned.
result<CommandOutcome> submit_until_taken(JobStore& store, const Command& command, const std::stop_token& stop);

/// Whether the same command may be taken later.
bool may_pass_later(errc code);

/// Returns after `time`, or at once when stop is requested.
void pause_for(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace jobcast
