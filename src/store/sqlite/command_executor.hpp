#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/command.hpp"

#include "store/commit_backend.hpp"
#include "store/progress_throttle.hpp"
#include "store/sqlite/job_reader.hpp"
#include "store/sqlite/ledger.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store/sqlite/statement.hpp"
#include "store/transition.hpp"

namespace jobcast {

/// Carries out commands within a transaction that somebody else begins and ends: loads the job, asks the state
/// machine and the throttle, writes what they say through the ledger. A command that is refused has written
/// nothing, unless by an SqliteError. Every function throws SqliteError. For the writer's thread.
class CommandExecutor {
 public:
  using Time = ProgressThrottle::Time;
  using Outcome = result<CommandOutcome>;

  /// All references must outlive it.
  CommandExecutor(const Connection& connection, Ledger& ledger, const StoreOptions& options, const Clock& clock);

  /// Takes the time for what follows.
  void begin_group();

  Outcome execute(const Command& command);

  /// Makes deferred progress into events.
  void flush(Flush which);
  [[nodiscard]] std::optional<Time> next_flush() const { return throttle_.next_due(); }

  /// Returns to pending what was processing when the program ended. Gives how many.
  std::size_t recover();

  [[nodiscard]] std::size_t mark() const { return throttle_.mark(); }
  void undo_to(std::size_t mark) { throttle_.undo_to(mark); }
  void keep() { throttle_.keep(); }

 private:
  Outcome run(const CreateJobs& command);
  Outcome run(const StartJob& command) { return move(command); }
  Outcome run(const ReportProgress& command);
  Outcome run(const CompleteJob& command) { return move(command); }
  Outcome run(const FailJob& command) { return move(command); }
  Outcome run(const InterruptJob& command) { return move(command); }
  Outcome run(const CancelJob& command) { return move(command); }
  Outcome run(const RetryJob& command);
  Outcome run(const RetryFailedJobs& command);
  Outcome run(const DeleteJob& command);
  Outcome run(const PatchJob& command);
  Outcome run(const StartPendingJobs& command);

  template <class Move>
  Outcome move(const Move& command);
  template <class Move>
  Outcome move(Job job, const Move& command);

  [[nodiscard]] result<Job> load(const JobId& id);
  [[nodiscard]] std::vector<Seq> keys(JobStatus status);
  [[nodiscard]] std::optional<Error> no_room_for(std::size_t jobs);
  [[nodiscard]] bool can_run(const Job& job) const { return !options_.can_run || options_.can_run(job); }
  [[nodiscard]] Moment moment() const;
  Job report(Job job, const Progress& progress);
  void save(const Job& job, const std::vector<TextChunk>& chunks);

  Ledger& ledger_;
  const StoreOptions& options_;
  const Clock& clock_;
  JobReader jobs_;
  ProgressThrottle throttle_;

  Timestamp now_;
  Time steady_now_;
  std::optional<bool> has_space_;  ///< of this group, once it was looked at

  Statement keys_by_status_;
  Statement waiting_keys_;
  Statement count_pending_;
  Statement insert_chunk_;
  Statement delete_chunks_;
};

}  // namespace jobcast
