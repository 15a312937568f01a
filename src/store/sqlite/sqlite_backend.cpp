#include "store/sqlite/sqlite_backend.hpp"

#include <spdlog/spdlog.h>
#include <utility>

#include "jobcast/limits.hpp"

namespace jobcast {
namespace {

/// Read transactions are kept below 100 ms; one that isn't is left to finish, the log then grows meanwhile.
constexpr std::chrono::milliseconds patience_with_readers(1'000);

}  // namespace

SqliteBackend::SqliteBackend(Connection& connection, ReadGate& readers, const StoreOptions& options, const Clock& clock)
    : connection_(connection),
      readers_(readers),
      begin_(connection, "BEGIN IMMEDIATE"),
      commit_(connection, "COMMIT"),
      savepoint_(connection, "SAVEPOINT command"),
      release_(connection, "RELEASE command"),
      roll_back_command_(connection, "ROLLBACK TO command") {
  begin_.run();
  try {
    ledger_.emplace(connection_, clock.now());
    executor_.emplace(connection_, *ledger_, options, clock);
    const auto recovered = executor_->recover();
    ledger_->save_range();
    commit_.run();
    executor_->keep();
    ledger_->keep();
    if (recovered > 0) spdlog::info("store: {} interrupted jobs wait again", recovered);
  } catch (const SqliteError&) {
    roll_back();
    throw;
  }
}

std::optional<std::chrono::steady_clock::time_point> SqliteBackend::next_flush() const {
  return executor_->next_flush();
}

GroupOutcome SqliteBackend::commit(std::span<Command> commands, Flush flush) {
  GroupOutcome outcome;
  try {
    outcome = commit_group(commands, flush);
  } catch (const SqliteError& cause) {
    spdlog::error("store: {} ({})", cause.what(), cause.code());
    roll_back();
    outcome.failure = storage_error(cause, "written");
    return outcome;
  }
  outcome.pauses = executor_->keep();
  outcome.events = ledger_->keep();
  if (connection_.wal_bytes() > checkpoint_at_bytes_) empty_log();
  return outcome;
}

/// A savepoint costs a quarter of a small command. Since refusals write nothing, only a broken rule of the schema
/// needs one, and that is a rare thing: the group is then done again, with a savepoint a command.
GroupOutcome SqliteBackend::commit_group(std::span<Command> commands, Flush flush) {
  try {
    return run_group(commands, flush, Savepoints::none);
  } catch (const SqliteError& cause) {
    if (!cause.is_constraint()) throw;
    spdlog::warn("store: a command breaks a rule of the schema: {}", cause.what());
    roll_back();
  }
  return run_group(commands, flush, Savepoints::each_command);
}

GroupOutcome SqliteBackend::run_group(std::span<Command> commands, Flush flush, Savepoints savepoints) {
  GroupOutcome outcome;
  outcome.outcomes.reserve(commands.size());
  begin_.run();
  executor_->begin_group();
  executor_->flush(flush);
  for (const auto& command : commands) {
    outcome.outcomes.push_back(savepoints == Savepoints::none ? executor_->execute(command) : execute(command));
  }
  ledger_->save_range();
  commit_.run();
  return outcome;
}

result<CommandOutcome> SqliteBackend::execute(const Command& command) {
  const auto ledger_mark = ledger_->mark();
  const auto executor_mark = executor_->mark();
  savepoint_.run();
  try {
    auto outcome = executor_->execute(command);
    release_.run();
    return outcome;
  } catch (const SqliteError& cause) {
    if (!cause.is_constraint()) throw;
    roll_back_command_.run();
    release_.run();
    executor_->undo_to(executor_mark);
    ledger_->undo_to(ledger_mark);
    return Error{errc::invalid_parameter, "The change breaks a rule of the database (is the id new?)."};
  }
}

void SqliteBackend::roll_back() {
  try {
    // SQLite has done it by itself after some errors.
    if (connection_.in_transaction()) connection_.run("ROLLBACK");
  } catch (const SqliteError& further) {
    spdlog::error("store: rolling back: {} ({})", further.what(), further.code());
  }
  if (executor_) executor_->undo_to({});
  if (ledger_) ledger_->undo();
}

std::optional<Error> SqliteBackend::probe() {
  try {
    begin_.run();
    connection_.run("UPDATE probe SET count = count + 1");
    commit_.run();
    executor_->resume();
    return std::nullopt;
  } catch (const SqliteError& cause) {
    spdlog::debug("store: probing: {} ({})", cause.what(), cause.code());
    roll_back();
    return storage_error(cause, "written");
  }
}

void SqliteBackend::tidy() {
  if (connection_.wal_bytes() > 0) empty_log();
}

void SqliteBackend::empty_log() {
  bool is_empty = false;
  try {
    // Most of the copying is done while readers go on.
    connection_.checkpoint(Checkpoint::passive);
    is_empty = readers_.close(patience_with_readers) && connection_.checkpoint(Checkpoint::restart);
  } catch (const SqliteError& cause) {
    spdlog::warn("store: checkpoint: {} ({})", cause.what(), cause.code());
  }
  readers_.open();
  // After a failure not every commit is to wait for the same reader.
  checkpoint_at_bytes_ = limits::wal_checkpoint_bytes + (is_empty ? 0 : connection_.wal_bytes());
}

}  // namespace jobcast
