#include "bare_commit.hpp"

#include <string>

#include "jobcast/limits.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/statement.hpp"

namespace jobcast::bench {
namespace {

Connection open_database(const std::filesystem::path& file) {
  return {file, Access::read_write, ""};
}

}  // namespace

struct BareCommit::Database {
  explicit Database(const std::filesystem::path& file) : connection(open_database(file)) {
    connection.run("PRAGMA journal_mode = WAL");
    connection.run("PRAGMA synchronous = FULL");
    connection.run("PRAGMA wal_autocheckpoint = " + std::to_string(limits::wal_checkpoint_bytes / 4096));
    connection.run(std::string(schema_1));
    connection.run("INSERT INTO seq_ranges VALUES (1, 1)");
    connection.run(
        "INSERT INTO jobs VALUES (1, 'id', 'bench.txt', 'external', '', 1, 0, 3, 0, 0, 1, 0, 1, 'Running', 0, NULL, "
        "NULL, NULL, 0, 1, 0, NULL, NULL, NULL, 0, NULL)");
  }

  Connection connection;
  std::int64_t seq = 1;
};

BareCommit::BareCommit(const std::filesystem::path& file) : database_(std::make_unique<Database>(file)) {}
BareCommit::~BareCommit() = default;

SteadyClock::duration BareCommit::run() {
  auto& connection = database_->connection;
  const auto seq = ++database_->seq;
  Statement begin(connection, "BEGIN IMMEDIATE");
  Statement commit(connection, "COMMIT");
  Statement range(connection, "UPDATE seq_ranges SET last = ?1");
  Statement job(connection, "UPDATE jobs SET seq = ?1, updated_at = ?1, description = ?2, progress = ?3");
  Statement event(connection,
                  "INSERT INTO events VALUES (?1, 1, 1, ?1, 1, ?2, ?3, NULL, NULL, NULL, 0, 1, 0, NULL, NULL, NULL, 0, "
                  "NULL, NULL, NULL)");
  const std::string message = "step " + std::to_string(seq);
  const auto began = SteadyClock::now();
  begin.run();
  job.run(seq, message, seq % 100);
  event.run(seq, message, seq % 100);
  range.run(seq);
  commit.run();
  return SteadyClock::now() - began;
}

}  // namespace jobcast::bench
