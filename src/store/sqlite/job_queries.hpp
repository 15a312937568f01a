#pragma once

#include <cstddef>
#include <cstdint>

#include "jobcast/error.hpp"
#include "jobcast/job_store.hpp"

#include "store/sqlite/job_reader.hpp"
#include "store/sqlite/statement.hpp"

namespace jobcast {

/// What JobStore's readers ask of a connection. Each runs within a transaction that the caller keeps, and throws
/// SqliteError.
class JobQueries {
 public:
  explicit JobQueries(const Connection& connection);

  result<Job> find(const JobRef& ref);

  /// Looks at about `max_rows` jobs at most. Fills `page` up to the query's limit; true when it is done, else the
  /// search goes on, in a transaction of its own, with `query.before` as it was left.
  bool list(ListQuery& query, std::size_t max_rows, JobPage& page);

  result<std::optional<std::string>> read_payload(const JobId& id);

  result<TextPart> read_text(const JobId& id, std::int64_t first_chunk, std::size_t max_bytes);

  StoreSnapshot snapshot();

 private:
  JobReader jobs_;
  Statement scan_;
  Statement scan_status_;
  Statement text_bytes_;
  Statement chunks_;
  Statement counts_;
  Statement newest_;
  Statement active_;
  Statement paused_;
  Statement payload_;
  Statement head_;
};

}  // namespace jobcast
