#pragma once

#include <string>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/job.hpp"

#include "store/sqlite/statement.hpp"

namespace jobcast {

/// Which jobs were made under which key. Every function throws SqliteError. For the writer's thread.
class IdempotencyKeys {
 public:
  explicit IdempotencyKeys(const Connection& connection);

  /// created_seq of the jobs made under the key, in the order in which they were made; some may be gone.
  std::vector<Seq> find(const std::string& key, Timestamp now);

  void add(const std::string& key, const Job& job, Timestamp now);

 private:
  Statement select_;
  Statement insert_;
};

}  // namespace jobcast
