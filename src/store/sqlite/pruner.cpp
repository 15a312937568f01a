#include "store/sqlite/pruner.hpp"

#include <algorithm>
#include <utility>

#include "jobcast/limits.hpp"

#include "store/transition.hpp"

namespace jobcast {
namespace {

constexpr auto step_rows = static_cast<std::int64_t>(limits::prune_step);
constexpr std::int64_t step_jobs = 50;  ///< a job takes its events and chunks with it

struct OldEvent {
  Seq seq = 0;
  Seq job = 0;
  EventType type = EventType::created;
};

}  // namespace

Pruner::Pruner(const Connection& connection, JobReader& jobs, Ledger& ledger)
    : jobs_(jobs),
      ledger_(ledger),
      finished_(connection, "SELECT created_seq FROM jobs WHERE processed_at < ?1 ORDER BY processed_at LIMIT ?2"),
      retention_(connection, "SELECT scanned_through, forgotten_through FROM retention"),
      old_events_(connection, "SELECT seq, job, type, at FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
      delete_event_(connection, "DELETE FROM events WHERE seq = ?1"),
      delete_tombstone_(connection, "DELETE FROM tombstones WHERE created_seq = ?1"),
      save_retention_(connection, "UPDATE retention SET scanned_through = ?1, forgotten_through = ?2"),
      note_forgotten_(
          connection,
          "INSERT INTO forgotten_events (job, through) SELECT created_seq, ?2 FROM jobs WHERE created_seq = "
          "?1 ON CONFLICT (job) DO UPDATE SET through = excluded.through"),
      delete_keys_(connection,
                   "DELETE FROM idempotency_keys WHERE (key, job) IN (SELECT key, job FROM idempotency_keys WHERE "
                   "made_at < ?1 ORDER BY made_at LIMIT ?2)"),
      changes_(connection, "SELECT changes()") {}

CommandOutcome Pruner::prune(const Prune& command, Timestamp now) {
  CommandOutcome outcome;
  outcome.jobs = delete_jobs(command.finished_before, now);
  outcome.affected = static_cast<std::int64_t>(outcome.jobs.size());
  outcome.affected += forget_events(command.events_before);
  outcome.affected += forget_keys(command.keys_before);
  return outcome;
}

std::vector<Job> Pruner::delete_jobs(Timestamp finished_before, Timestamp now) {
  std::vector<Seq> keys;
  {
    auto rows = finished_.query(finished_before, step_jobs);
    while (rows.next()) keys.push_back(rows.number());
  }
  std::vector<Job> deleted;
  for (const auto key : keys) {
    auto job = jobs_.load(key);
    if (!job) continue;
    auto change = apply(*std::move(job), DeleteJob{}, {now, 0});
    if (change) deleted.push_back(ledger_.remove(std::move(change->job)));
  }
  return deleted;
}

/// The log is searched once, from its beginning on, as far as its entries are old: status changes stay as long as
/// their job.
std::int64_t Pruner::forget_events(Timestamp before) {
  Seq scanned = 0;
  Seq forgotten = 0;
  {
    auto rows = retention_.query();
    if (!rows.next()) return 0;
    scanned = rows.number();
    forgotten = rows.number();
  }
  std::vector<OldEvent> old;
  {
    auto rows = old_events_.query(scanned, step_rows);
    while (rows.next()) {
      const Seq seq = rows.number();
      const Seq job = rows.number();
      const auto type = static_cast<EventType>(rows.number());
      if (rows.time() >= before) break;
      old.push_back({seq, job, type});
    }
  }
  if (old.empty()) return 0;
  for (const auto& event : old) {
    if (event.type != EventType::progress && event.type != EventType::deleted) continue;
    delete_event_.run(event.seq);
    if (event.type == EventType::deleted) {
      delete_tombstone_.run(event.job);
      forgotten = event.seq;
    } else {
      note_forgotten_.run(event.job, event.seq);
    }
  }
  save_retention_.run(old.back().seq, forgotten);
  return static_cast<std::int64_t>(old.size());
}

std::int64_t Pruner::forget_keys(Timestamp before) {
  delete_keys_.run(before, step_rows);
  auto rows = changes_.query();
  return rows.next() ? rows.number() : 0;
}

}  // namespace jobcast
