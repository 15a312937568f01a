#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/limits.hpp"

#include "store/commit_backend.hpp"
#include "store/sqlite/command_executor.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger.hpp"
#include "store/sqlite/read_gate.hpp"
#include "store/sqlite/sqlite_error.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store/sqlite/statement.hpp"

namespace jobcast {

/// The writer's end of the database: transactions, savepoints, checkpoints.
class SqliteBackend final : public CommitBackend {
 public:
  /// Begins this start's range of numbers and recovers, in one transaction. The connection's schema must be the
  /// newest. All references must outlive it. Throws SqliteError.
  SqliteBackend(Connection& connection, ReadGate& readers, const StoreOptions& options, const Clock& clock);

  GroupOutcome commit(std::span<Command> commands, Flush flush) override;
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_flush() const override;
  std::optional<Error> probe() override;
  void tidy() override;

  /// Where the numbers of this start begin.
  [[nodiscard]] Seq first() const { return ledger_->first(); }

 private:
  enum class Savepoints : std::uint8_t { none, each_command };

  GroupOutcome commit_group(std::span<Command> commands, Flush flush);
  GroupOutcome run_group(std::span<Command> commands, Flush flush, Savepoints savepoints);
  result<CommandOutcome> execute(const Command& command);
  void roll_back();
  void empty_log();

  Connection& connection_;
  ReadGate& readers_;
  std::int64_t checkpoint_at_bytes_ = limits::wal_checkpoint_bytes;
  std::optional<Ledger> ledger_;
  std::optional<CommandExecutor> executor_;

  Statement begin_;
  Statement commit_;
  Statement savepoint_;
  Statement release_;
  Statement roll_back_command_;
};

}  // namespace jobcast
