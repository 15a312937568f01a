#include "store/sqlite/lease_keeper.hpp"

#include <fmt/format.h>
#include <utility>

namespace jobcast {

LeaseKeeper::LeaseKeeper(const Connection& connection, Time now)
    : insert_(connection, "INSERT OR REPLACE INTO leases (job, lease, worker, lasts_ms) VALUES (?1, ?2, ?3, ?4)"),
      delete_(connection, "DELETE FROM leases WHERE job = ?1") {
  Statement all(connection,
                "SELECT jobs.id, lease, worker, lasts_ms FROM leases JOIN jobs ON jobs.created_seq = leases.job");
  auto rows = all.query();
  while (rows.next()) {
    const auto id = rows.id();
    auto lease = std::make_shared<Lease>();
    lease->text = rows.text();
    lease->worker = rows.text();
    lease->lasts = std::chrono::milliseconds(rows.number());
    const auto end = now + lease->lasts;
    leases_.set(id, {std::move(lease), end});
  }
  leases_.keep();
}

void LeaseKeeper::grant(const Job& job, const ClaimJob& claim, Time now) {
  insert_.run(job.created_seq, claim.lease, claim.worker, std::int64_t{claim.lease_time.count()});
  leases_.set(job.id, {std::make_shared<const Lease>(Lease{claim.lease, claim.worker, claim.lease_time}),
                       now + claim.lease_time});
}

result<void> LeaseKeeper::check(const Job& job, const std::optional<std::string>& lease) const {
  const auto* held = leases_.find(job.id);
  if (held == nullptr) {
    if (!lease) return {};
    return Error{errc::stale_lease,
                 fmt::format("The lease does not hold any more: the job is {}.", to_string(job.status))};
  }
  if (!lease) {
    return Error{errc::lease_required, "The job is leased: only who holds the lease may tell of it, and must send it."};
  }
  if (*lease == held->value->text) return {};
  return Error{errc::stale_lease, "The lease does not hold any more: somebody else has claimed the job."};
}

void LeaseKeeper::renew(const JobId& job, Time now) {
  const auto* held = leases_.find(job);
  if (held == nullptr) return;
  auto lease = held->value;
  const auto end = now + lease->lasts;
  leases_.set(job, {std::move(lease), end});
}

void LeaseKeeper::renew_all(Time now) {
  for (const auto& job : leases_.all_due()) renew(job, now);
  keep();
}

void LeaseKeeper::release(const Job& job) {
  if (leases_.find(job.id) == nullptr) return;
  delete_.run(job.created_seq);
  leases_.erase(job.id);
}

std::string LeaseKeeper::failure(const JobId& job) const {
  const auto* held = leases_.find(job);
  if (held == nullptr) return "The lease ran out";
  const auto& lease = *held->value;
  const std::chrono::duration<double> lasts = lease.lasts;
  return fmt::format("The lease of the worker {} ran out: nothing was heard of it for {:.4g} s",
                     lease.worker.empty() ? "that claimed the job" : lease.worker, lasts.count());
}

}  // namespace jobcast
