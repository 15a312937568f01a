#include "store/sqlite/connection.hpp"

#include <sqlite3.h>

#include "store/sqlite/sqlite_error.hpp"
#include "store/sqlite/statement.hpp"

namespace jobcast {
namespace {

constexpr int busy_timeout_ms = 5'000;

int open_flags(Access access) {
  const int mode = access == Access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  return mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
}

}  // namespace

Connection::Connection(const std::filesystem::path& file, Access access, const std::string& vfs) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, open_flags(access), vfs.empty() ? nullptr : vfs.c_str());
  handle_.reset(raw);
  if (code != SQLITE_OK) throw SqliteError(code, raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(code));
  sqlite3_busy_timeout(raw, busy_timeout_ms);
}

void Connection::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

void Connection::run(const std::string& sql) {
  if (const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK) {
    throw SqliteError(code, sqlite3_errmsg(handle()));
  }
}

std::string Connection::text_of(const std::string& sql) {
  Statement statement(*this, sql);
  auto rows = statement.query();
  return rows.next() ? std::string(rows.text()) : std::string();
}

std::int64_t Connection::number_of(const std::string& sql) {
  Statement statement(*this, sql);
  auto rows = statement.query();
  return rows.next() ? rows.number() : 0;
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(handle()) == 0;
}

bool Connection::is_read_only() const {
  return sqlite3_db_readonly(handle(), "main") == 1;
}

bool Connection::checkpoint(Checkpoint mode) {
  const int sqlite_mode = mode == Checkpoint::restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  int log_frames = 0;
  int copied_frames = 0;
  const int code = sqlite3_wal_checkpoint_v2(handle(), nullptr, sqlite_mode, &log_frames, &copied_frames);
  if (code == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) throw SqliteError(code, sqlite3_errmsg(handle()));
  const bool all_copied = log_frames == copied_frames;
  wal_pages_ = all_copied && mode == Checkpoint::restart ? 0 : log_frames;
  return all_copied;
}

void Connection::watch_wal() {
  page_bytes_ = number_of("PRAGMA page_size");
  sqlite3_wal_hook(handle(), &Connection::on_wal_commit, this);
}

int Connection::on_wal_commit(void* self, sqlite3* /*handle*/, const char* /*name*/, int pages) {
  static_cast<Connection*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

}  // namespace jobcast
