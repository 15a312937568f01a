#include "store/sqlite/migrations.hpp"

#include <array>
#include <string>
#include <string_view>

#include "store/sqlite/schema.hpp"

namespace jobcast {
namespace {

/// Entry n leads from version n to n + 1. Forward only: once released, a step never changes.
constexpr std::array<std::string_view, 2> steps = {schema_1, schema_2};

void run_step(Connection& connection, std::size_t version) {
  connection.run("BEGIN EXCLUSIVE");
  try {
    connection.run(std::string(steps[version]));
    connection.run("PRAGMA user_version = " + std::to_string(version + 1));
    connection.run("COMMIT");
  } catch (...) {
    if (connection.in_transaction()) connection.run("ROLLBACK");
    throw;
  }
}

}  // namespace

int schema_version() {
  return static_cast<int>(steps.size());
}

result<void> migrate(Connection& connection, const std::filesystem::path& file) {
  const auto version = connection.number_of("PRAGMA user_version");
  if (version > schema_version()) {
    return Error{errc::storage_unavailable, "The database " + file.string() + " was written by a newer jobcast (its " +
                                                "version is " + std::to_string(version) + ", this program knows " +
                                                std::to_string(schema_version()) + ")."};
  }
  const bool is_foreign = version < 0 || (version == 0 && connection.number_of("SELECT count(*) FROM sqlite_schema"));
  if (is_foreign) {
    return Error{errc::storage_unavailable, "The database " + file.string() + " belongs to another program."};
  }
  for (auto next = static_cast<std::size_t>(version); next < steps.size(); ++next) run_step(connection, next);
  return {};
}

}  // namespace jobcast
