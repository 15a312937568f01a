#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct sqlite3;

namespace jobcast {

enum class Access : std::uint8_t { read_write, read_only };
enum class Checkpoint : std::uint8_t { passive, restart };

/// One connection to a database file, for one thread at a time. Every function throws SqliteError.
class Connection {
 public:
  /// read_write creates the file where it is missing. `vfs` empty: the system's own.
  Connection(const std::filesystem::path& file, Access access, const std::string& vfs);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs SQL text that gives no rows, or whose rows don't matter.
  void run(const std::string& sql);

  /// The first column of the first row, "" where there is none; for pragmas.
  std::string text_of(const std::string& sql);
  std::int64_t number_of(const std::string& sql);

  [[nodiscard]] bool in_transaction() const;

  /// The file or its volume is write-protected, though read_write was asked for.
  [[nodiscard]] bool is_read_only() const;

  /// Copies the log's pages to the database file; true if all were copied, for restart also that nobody reads them
  /// in the log any more, so that the next commit begins it anew.
  bool checkpoint(Checkpoint mode);

  /// Keeps count of the log's size from now on, in place of SQLite's own checkpoints.
  void watch_wal();

  /// How much of the log is in use since this connection's last commit or checkpoint; counts after watch_wal().
  [[nodiscard]] std::int64_t wal_bytes() const { return wal_pages_ * page_bytes_; }

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  static int on_wal_commit(void* self, sqlite3* handle, const char* name, int pages);

  std::unique_ptr<sqlite3, Close> handle_;
  std::int64_t page_bytes_ = 0;
  std::int64_t wal_pages_ = 0;
};

}  // namespace jobcast
