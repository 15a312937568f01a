#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/command.hpp"
#include "jobcast/error.hpp"
#include "jobcast/job.hpp"

#include "store/sqlite/statement.hpp"
#include "store/timed_entries.hpp"

namespace jobcast {

/// The leases of claimed jobs: who may tell of them, and until when. Kept in the database, so that they outlive a
/// restart, after which each gets its full length again. Every function that writes throws SqliteError. For the
/// writer's thread.
class LeaseKeeper {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Takes up what the database holds.
  LeaseKeeper(const Connection& connection, Time now);

  void grant(const Job& job, const ClaimJob& claim, Time now);

  /// Whether somebody who brings this lease (or none) may tell of the external job. Errors: lease_required,
  /// stale_lease.
  [[nodiscard]] result<void> check(const Job& job, const std::optional<std::string>& lease) const;

  /// The lease, where there is one, gets its full length again.
  void renew(const JobId& job, Time now);

  /// All leases get their full length again: their holders could not be heard.
  void renew_all(Time now);

  /// The job's attempt is over.
  void release(const Job& job);

  /// The jobs whose lease ran out.
  [[nodiscard]] std::vector<JobId> run_out(Time now) const { return leases_.due(now); }
  [[nodiscard]] std::optional<Time> next_end() const { return leases_.next_due(); }

  /// Why the attempt failed whose lease ran out, for people.
  [[nodiscard]] std::string failure(const JobId& job) const;

  [[nodiscard]] std::size_t mark() const { return leases_.mark(); }
  void undo_to(std::size_t mark) { leases_.undo_to(mark); }
  void keep() { leases_.keep(); }

 private:
  struct Lease {
    std::string text;
    std::string worker;
    std::chrono::milliseconds lasts{};
  };

  TimedEntries<std::shared_ptr<const Lease>> leases_;
  Statement insert_;
  Statement delete_;
};

}  // namespace jobcast
