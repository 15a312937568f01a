#pragma once

#include <cstdint>
#include <vector>

#include "jobcast/command.hpp"

#include "store/sqlite/job_reader.hpp"
#include "store/sqlite/ledger.hpp"
#include "store/sqlite/statement.hpp"

namespace jobcast {

/// Forgets what is old, a small step at a time: finished jobs, progress events, tombstones, idempotency keys. Every
/// function throws SqliteError. For the writer's thread, within a transaction.
class Pruner {
 public:
  /// Both must outlive it.
  Pruner(const Connection& connection, JobReader& jobs, Ledger& ledger);

  /// `outcome.jobs`: jobs that were deleted; `outcome.affected`: 0 when nothing old was found any more.
  CommandOutcome prune(const Prune& command, Timestamp now);

 private:
  std::vector<Job> delete_jobs(Timestamp finished_before, Timestamp now);
  std::int64_t forget_events(Timestamp before);
  std::int64_t forget_keys(Timestamp before);

  JobReader& jobs_;
  Ledger& ledger_;
  Statement finished_;
  Statement retention_;
  Statement old_events_;
  Statement delete_event_;
  Statement delete_tombstone_;
  Statement save_retention_;
  Statement note_forgotten_;
  Statement delete_keys_;
  Statement changes_;
};

}  // namespace jobcast
