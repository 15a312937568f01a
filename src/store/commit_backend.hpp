#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "jobcast/command.hpp"
#include "jobcast/error.hpp"
#include "jobcast/event.hpp"

namespace jobcast {

/// What became of a group of commands.
struct GroupOutcome {
  std::vector<result<CommandOutcome>> outcomes;  ///< one a command, in their order
  std::vector<EventPtr> events;                  ///< all of the transaction, in rising seq
  std::vector<PauseHandler> pauses;              ///< kinds paused or resumed, in order
  /// The storage failed: nothing of the group was kept, and the lists are empty.
  std::optional<Error> failure;
};

/// Which deferred progress a transaction takes along. Leases that ran out are ended in any case.
enum class Flush : std::uint8_t { due, all };

/// The database as the writer sees it. Called on one thread at a time; throws nothing.
class CommitBackend {
 public:
  virtual ~CommitBackend() = default;

  /// Applies the commands in one durable transaction, each whole or not at all. May take their contents.
  virtual GroupOutcome commit(std::span<Command> commands, Flush flush) = 0;

  /// When deferred progress falls due or a lease ends, by Clock::steady_now(); then commit() is to be called, if need
  /// be with no commands.
  [[nodiscard]] virtual std::optional<std::chrono::steady_clock::time_point> next_flush() const = 0;

  /// Writes something durably. Nothing where that went well.
  virtual std::optional<Error> probe() = 0;

  /// Called after a commit when no command waits for a while.
  virtual void tidy() = 0;
};

}  // namespace jobcast
