#include "store/sqlite/sqlite_error.hpp"

#include <sqlite3.h>

namespace jobcast {
namespace {

std::string_view reason(const SqliteError& cause) {
  switch (cause.primary_code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "it is damaged, or no database of jobcast's";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program uses it";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "this program has no right to write it";
    case SQLITE_CANTOPEN:
      return "the file or its folder can't be opened";
    case SQLITE_FULL:
      return "no disk space is left";
    case SQLITE_IOERR:
      return "the disk reports an error";
    case SQLITE_NOMEM:
      return "no memory is left";
    default:
      return cause.what();
  }
}

errc code_of(const SqliteError& cause) {
  const bool is_full = cause.primary_code() == SQLITE_FULL;
  return is_full ? errc::storage_full : errc::storage_unavailable;
}

}  // namespace

bool SqliteError::is_constraint() const {
  return primary_code() == SQLITE_CONSTRAINT;
}

Error storage_error(const SqliteError& cause, std::string_view verb) {
  std::string sentence = "The database can't be ";
  sentence.append(verb).append(" now: ").append(reason(cause)).append(".");
  return {code_of(cause), std::move(sentence)};
}

Error open_error(const SqliteError& cause, const std::filesystem::path& database) {
  std::string sentence = "The database " + database.string() + " can't be used: ";
  sentence.append(reason(cause)).append(" (").append(cause.what()).append(").");
  return {code_of(cause), std::move(sentence)};
}

}  // namespace jobcast
