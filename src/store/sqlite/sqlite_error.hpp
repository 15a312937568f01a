#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "jobcast/error.hpp"

namespace jobcast {

/// A call of SQLite's failed. Never leaves src/store/sqlite.
class SqliteError : public std::runtime_error {
 public:
  /// `code` is an extended result code, `what` SQLite's own words.
  SqliteError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}

  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] int primary_code() const { return code_ & 0xff; }

  /// A row breaks a rule of the schema: the fault of one command. Anything else is a failure of the storage,
  /// after which SQLite may have rolled back the whole transaction.
  [[nodiscard]] bool is_constraint() const;

 private:
  int code_;
};

/// For whoever asked: that the database can't be `verb` ("read", "written"), and in short why. No path.
Error storage_error(const SqliteError& cause, std::string_view verb);

/// For whoever starts the program: that this file can't be opened, and why.
Error open_error(const SqliteError& cause, const std::filesystem::path& database);

}  // namespace jobcast
