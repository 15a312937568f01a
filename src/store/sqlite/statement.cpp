#include "store/sqlite/statement.hpp"

#include <sqlite3.h>

#include "store/sqlite/sqlite_error.hpp"

namespace jobcast {
namespace {

[[noreturn]] void fail(sqlite3_stmt* statement, int code) {
  throw SqliteError(code, sqlite3_errmsg(sqlite3_db_handle(statement)));
}

}  // namespace

Rows::~Rows() {
  sqlite3_reset(statement_);
}

bool Rows::next() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(statement_, code);
  return false;
}

bool Rows::is_null() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

std::int64_t Rows::number() {
  return sqlite3_column_int64(statement_, column_++);
}

std::string_view Rows::text() {
  const auto* bytes = sqlite3_column_text(statement_, column_);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), size};
}

Timestamp Rows::time() {
  return Timestamp(std::chrono::milliseconds(number()));
}

JobId Rows::id() {
  const auto id = JobId::parse(text());
  if (!id) throw SqliteError(SQLITE_CORRUPT, "malformed job id");
  return *id;
}

std::optional<std::int64_t> Rows::optional_number() {
  if (!is_null()) return number();
  ++column_;
  return std::nullopt;
}

std::optional<int> Rows::optional_small_number() {
  if (!is_null()) return small_number();
  ++column_;
  return std::nullopt;
}

std::optional<std::string> Rows::optional_text() {
  if (!is_null()) return std::string(text());
  ++column_;
  return std::nullopt;
}

std::optional<Timestamp> Rows::optional_time() {
  if (!is_null()) return time();
  ++column_;
  return std::nullopt;
}

Statement::Statement(const Connection& connection, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  statement_.reset(raw);
  if (code != SQLITE_OK) throw SqliteError(code, sqlite3_errmsg(connection.handle()));
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(get(), code);
}

void Statement::step_to_end() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(get());
  if (code != SQLITE_DONE) fail(get(), code);
}

void Statement::bind(int index, std::int64_t value, Lifetime /*lifetime*/) {
  check(sqlite3_bind_int64(get(), index, value));
}

void Statement::bind(int index, std::string_view text, Lifetime lifetime) {
  auto* const destructor = lifetime == Lifetime::until_run_ends ? SQLITE_STATIC : SQLITE_TRANSIENT;
  // A null pointer would bind NULL.
  const char* const bytes = text.data() != nullptr ? text.data() : "";
  check(sqlite3_bind_text64(get(), index, bytes, text.size(), destructor, SQLITE_UTF8));
}

void Statement::bind(int index, Null /*null*/, Lifetime /*lifetime*/) {
  check(sqlite3_bind_null(get(), index));
}

void Statement::bind(int index, const JobId& id, Lifetime /*lifetime*/) {
  bind(index, std::string_view(id.to_string()), Lifetime::unknown);
}

}  // namespace jobcast
