#include "store/sqlite/sqlite_store.hpp"

#include <spdlog/spdlog.h>
#include <utility>

#include "jobcast/limits.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/event_log.hpp"
#include "store/sqlite/migrations.hpp"
#include "store/sqlite/read_gate.hpp"
#include "store/sqlite/reader_pool.hpp"
#include "store/sqlite/sqlite_backend.hpp"
#include "store/sqlite/sqlite_error.hpp"
#include "store/writer.hpp"

namespace jobcast {
namespace {

constexpr std::size_t scanned_jobs = 10'000;  ///< looked at in one read transaction of a list

/// Everything a database is served with, in the order in which it can be made; destroyed backwards: the writer
/// first, with what was submitted, then the readers, then the connection that writes.
class SqliteJobStore final : public JobStore {
 public:
  SqliteJobStore(const StoreOptions& options, std::unique_ptr<Connection> connection, const Clock& clock)
      : options_(options),
        connection_(std::move(connection)),
        backend_(*connection_, gate_, options_, clock),
        readers_(options_.database, options_.vfs, gate_),
        writer_(backend_, clock, options_.probe_interval, options_.commit_time) {}

  ~SqliteJobStore() override {
    writer_.stop();
    backend_.tidy();
  }

  result<StoreSnapshot> snapshot() override {
    try {
      ReadSession session(options_.database, options_.vfs, gate_);
      auto snapshot = session.in_transaction([&] {
        auto state = session.jobs().snapshot();
        state.log = session.events().recent(limits::recent_events);
        return state;
      });
      snapshot.first = backend_.first();
      return snapshot;
    } catch (const SqliteError& cause) {
      spdlog::error("store: {} ({})", cause.what(), cause.code());
      return storage_error(cause, "read");
    }
  }

  void start(std::vector<EventSink*> sinks) override { writer_.start(std::move(sinks)); }

  void submit(Command command, Callback<CommandOutcome> done) override {
    writer_.submit(std::move(command), std::move(done));
  }

  void find(JobRef ref, Callback<Job> done) override {
    readers_.ask<Job>(std::move(done), [ref = std::move(ref)](ReadSession& session) {
      return session.in_transaction([&] { return session.jobs().find(ref); });
    });
  }

  void read_payload(JobId id, Callback<std::optional<std::string>> done) override {
    readers_.ask<std::optional<std::string>>(std::move(done), [id](ReadSession& session) {
      return session.in_transaction([&] { return session.jobs().read_payload(id); });
    });
  }

  void list(ListQuery query, Callback<JobPage> done) override {
    readers_.ask<JobPage>(std::move(done), [query = std::move(query)](ReadSession& session) mutable {
      JobPage page;
      const auto scan = [&] { return session.jobs().list(query, scanned_jobs, page); };
      while (!session.in_transaction(scan)) {
      }
      return result<JobPage>(std::move(page));
    });
  }

  void read_text(JobId id, std::int64_t first_chunk, std::size_t max_bytes, Callback<TextPart> done) override {
    readers_.ask<TextPart>(std::move(done), [id, first_chunk, max_bytes](ReadSession& session) {
      return session.in_transaction([&] { return session.jobs().read_text(id, first_chunk, max_bytes); });
    });
  }

  ReaderPool& readers() { return readers_; }

 private:
  StoreOptions options_;
  std::unique_ptr<Connection> connection_;
  ReadGate gate_;
  SqliteBackend backend_;
  ReaderPool readers_;
  Writer writer_;
};

/// Settings of the writing connection. Throws SqliteError. Errors: storage_unavailable.
result<void> prepare(Connection& connection, const std::filesystem::path& database) {
  if (connection.is_read_only()) {
    return Error{errc::storage_unavailable,
                 "The database " + database.string() + " can't be used: this program has no right to write it."};
  }
  if (auto migrated = migrate(connection, database); !migrated) return migrated;
  if (connection.text_of("PRAGMA journal_mode = WAL") != "wal") {
    return Error{errc::storage_unavailable,
                 "The database " + database.string() + " can't be used: its disk has no room for a shared log."};
  }
  connection.run("PRAGMA synchronous = FULL");
  connection.run("PRAGMA foreign_keys = ON");
  // A log that is begun anew keeps its file, since to write over a file is quicker than to lengthen one.
  connection.run("PRAGMA journal_size_limit = " + std::to_string(limits::wal_checkpoint_bytes));
  connection.run("PRAGMA temp_store = MEMORY");
  connection.run("PRAGMA cache_size = -16384");
  connection.watch_wal();
  return {};
}

}  // namespace

result<SqliteStore> open_sqlite_store(const StoreOptions& options, const Clock& clock) {
  try {
    auto connection = std::make_unique<Connection>(options.database, Access::read_write, options.vfs);
    if (auto prepared = prepare(*connection, options.database); !prepared) return prepared.error();
    auto jobs = std::make_unique<SqliteJobStore>(options, std::move(connection), clock);
    auto events = make_sqlite_event_log(jobs->readers());
    return SqliteStore{std::move(jobs), std::move(events)};
  } catch (const SqliteError& cause) {
    return open_error(cause, options.database);
  }
}

}  // namespace jobcast
