#pragma once

#include <filesystem>

#include "jobcast/error.hpp"

#include "store/sqlite/connection.hpp"

namespace jobcast {

/// The schema version that this program writes (SQLite's user_version).
int schema_version();

/// Brings a database to schema_version(), step by step, each step whole or not at all; an empty one from nothing.
/// Throws SqliteError. Errors, with nothing changed: storage_unavailable for a newer version, or for a database
/// of another program's. `file` is only named.
result<void> migrate(Connection& connection, const std::filesystem::path& file);

}  // namespace jobcast
