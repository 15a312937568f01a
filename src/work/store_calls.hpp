#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include "jobcast/job_store.hpp"

namespace jobcast {

/// The answer to a command, which may not have come yet. To be waited for on one thread, none of the store's.
class StoreAnswer {
 public:
  /// Submits the command.
  StoreAnswer(JobStore& store, Command command);

  /// Blocks until it is there. Once.
  [[nodiscard]] result<CommandOutcome> wait() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< the callback's too, which may still be returning when the waiting thread goes on
};

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
