#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/command.hpp"

#include "store/commit_backend.hpp"
#include "store/progress_throttle.hpp"
#include "store/sqlite/idempotency_keys.hpp"
#include "store/sqlite/job_reader.hpp"
#include "store/sqlite/lease_keeper.hpp"
#include "store/sqlite/ledger.hpp"
#include "store/sqlite/pruner.hpp"
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

  /// Makes deferred progress into events, and ends the attempts whose lease ran out.
  void flush(Flush which);
  [[nodiscard]] std::optional<Time> next_flush() const;

  /// Returns to pending what was processing when the program ended. Gives how many.
  std::size_t recover();

  /// After the storage has failed for a while: who holds a lease could not renew it meanwhile.
  void resume() { leases_.renew_all(clock_.steady_now()); }

  /// The state in memory before an uncommitted change.
  struct Mark {
    std::size_t throttle = 0;
    std::size_t leases = 0;
    std::size_t pauses = 0;
  };

  [[nodiscard]] Mark mark() const { return {throttle_.mark(), leases_.mark(), pauses_.size()}; }
  void undo_to(const Mark& mark);

  /// After COMMIT: what was paused since the last one.
  std::vector<PauseHandler> keep();

 private:
  Outcome run(const CreateJobs& command);
  Outcome run(const StartJob& command) { return start(command); }
  Outcome run(const ClaimJob& command);
  Outcome run(const ReportProgress& command);
  Outcome run(const CompleteJob& command) { return move(command); }
  Outcome run(const FailJob& command) { return move(command); }
  Outcome run(const InterruptJob& command) { return move(command); }
  Outcome run(const CancelJob& command) { return move(command); }
  Outcome run(const RetryJob& command);
  Outcome run(const DeleteJob& command);
  Outcome run(const SteerJobs& command);
  Outcome run(const PatchJob& command);
  Outcome run(const StartPendingJobs& command);
  Outcome run(const PauseHandler& command);
  Outcome run(const Prune& command) { return pruner_.prune(command, now_); }

  template <class Start>
  Outcome start(const Start& command);
  template <class Move>
  Outcome move(const Move& command);
  template <class Move>
  Outcome move(Job job, const Move& command);

  /// The progress of the running attempt that is not an event yet, as one.
  [[nodiscard]] std::optional<Transition> told_last(const Job& job) const;

  /// Makes the change an event of the job. Whatever the attempt told last comes before its end.
  Job settle(std::optional<Transition> told, Transition change, JobStatus previous);

  [[nodiscard]] result<Job> load(const JobId& id);
  [[nodiscard]] Outcome repeated(const std::vector<Seq>& keys);
  void end_leases();
  [[nodiscard]] std::vector<Seq> keys(JobStatus status);
  [[nodiscard]] std::optional<Error> too_many_with(std::size_t more) const;
  [[nodiscard]] std::optional<Error> no_room_for(std::size_t jobs);
  [[nodiscard]] std::optional<Error> obstacle(const Job& job) const;
  [[nodiscard]] Moment moment() const;
  Job report(Job job, const Progress& progress);
  void save(const Job& job, const std::vector<TextChunk>& chunks);

  Ledger& ledger_;
  const StoreOptions& options_;
  const Clock& clock_;
  JobReader jobs_;
  ProgressThrottle throttle_;
  IdempotencyKeys idempotency_keys_;
  Pruner pruner_;
  std::vector<PauseHandler> pauses_;  ///< since keep()

  Timestamp now_;
  Time steady_now_;
  std::optional<bool> has_space_;  ///< of this group, once it was looked at
  LeaseKeeper leases_;

  Statement keys_by_status_;
  Statement waiting_keys_;
  Statement count_pending_;
  Statement insert_chunk_;
  Statement delete_chunks_;
  Statement payload_;
  Statement pause_;
  Statement resume_;
};

}  // namespace jobcast
