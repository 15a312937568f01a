#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/job.hpp"
#include "jobcast/job_store.hpp"

#include "store/sqlite/statement.hpp"

namespace jobcast {

/// The columns that both `jobs` and `events` have, in the order of read_changing(); each with the prefix.
std::string changing_columns(std::string_view prefix = {});

/// Takes the changing columns from the present column on.
void read_changing(Rows& rows, Job& job);

enum class ResultMode : std::uint8_t { inline_only, whole };

/// Looks jobs up by their key, which is created_seq. Every function throws SqliteError.
class JobReader {
 public:
  explicit JobReader(const Connection& connection);

  std::optional<Seq> key_of(const JobId& id);
  std::optional<Seq> key_of(const std::string& filename);  ///< the newest of that name
  std::optional<Seq> key_of(const JobRef& ref);

  /// With inline_only, a result above limits::inline_result_bytes is left out, and marked so.
  std::optional<Job> load(Seq key, ResultMode mode = ResultMode::inline_only);
  std::optional<Job> load(const JobId& id);  ///< inline_only

 private:
  Statement key_by_id_;
  Statement key_by_filename_;
  Statement inline_job_;
  Statement whole_job_;
  Statement job_by_id_;
};

}  // namespace jobcast
