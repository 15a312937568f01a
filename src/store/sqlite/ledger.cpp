#include "store/sqlite/ledger.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "jobcast/limits.hpp"

#include "store/sqlite/job_reader.hpp"

namespace jobcast {
namespace {

/// The other columns of a new job are empty.
constexpr std::string_view insert_job_sql =
    "INSERT INTO jobs (created_seq, id, filename, kind, file_type, external, has_input, max_retries, priority, "
    "created_at, seq, updated_at, status, description, retry_count, attempt, run_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
    "?7, ?8, ?9, ?10, ?1, ?10, ?11, ?12, 0, 0, ?13)";

std::string update_job_sql() {
  return "UPDATE jobs SET (seq, updated_at, " + changing_columns() +
         ") = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) WHERE created_seq = ?1";
}

std::string update_job_and_result_sql() {
  return "UPDATE jobs SET (seq, updated_at, result_bytes, result, " + changing_columns() +
         ") = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) WHERE created_seq = ?1";
}

std::string insert_event_sql() {
  return "INSERT INTO events (seq, job, type, at, result_left_out, result, id, filename, " + changing_columns() +
         ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
         "?14, ?15, ?16, ?17, ?18, ?19, ?20)";
}

/// Runs a statement with the given values followed by the job's changing columns.
template <class... Before>
void run_with_changing(Statement& statement, const Job& job, const Before&... before) {
  statement.run(before..., job.status, job.status_description, job.progress, job.total_chunks, job.processed_chunks,
                job.error_message, job.retry_count, job.attempt, job.started_at, job.processed_at, job.next_retry_at,
                job.run_at);
}

Job without_large_result(Job job) {
  if (job.result && job.result->size() > limits::inline_result_bytes) {
    job.result.reset();
    job.result_left_out = true;
  }
  return job;
}

Seq begin_range(Connection& connection, std::chrono::sys_time<std::chrono::microseconds> now) {
  const Seq after_last = connection.number_of("SELECT coalesce(max(last), 0) + 1 FROM seq_ranges");
  const Seq first = std::max<Seq>(after_last, now.time_since_epoch().count());
  connection.run("DELETE FROM seq_ranges WHERE last < first");
  Statement(connection, "INSERT INTO seq_ranges (first, last) VALUES (?1, ?1 - 1)").run(first);
  return first;
}

}  // namespace

Ledger::Ledger(Connection& connection, std::chrono::sys_time<std::chrono::microseconds> now)
    : first_(begin_range(connection, now)),
      last_(first_ - 1),
      pending_(connection.number_of("SELECT count(*) FROM jobs WHERE status = 0")),
      kept_(mark()),
      insert_job_(connection, insert_job_sql),
      insert_payload_(connection, "INSERT INTO payloads (job, text) VALUES (?1, ?2)"),
      update_job_(connection, update_job_sql()),
      update_job_and_result_(connection, update_job_and_result_sql()),
      delete_job_(connection, "DELETE FROM jobs WHERE created_seq = ?1"),
      insert_event_(connection, insert_event_sql()),
      delete_events_(connection, "DELETE FROM events WHERE job = ?1"),
      insert_tombstone_(connection,
                        "INSERT INTO tombstones (created_seq, id, filename, deleted_seq, deleted_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5)"),
      update_range_(connection, "UPDATE seq_ranges SET last = ?2 WHERE first = ?1") {}

Job Ledger::create(Job job, const std::optional<std::string>& payload) {
  job.seq = job.created_seq = ++last_;
  insert_job_.run(job.created_seq, job.id, job.filename, job.kind, job.file_type, job.external, job.has_input,
                  job.max_retries, job.priority, job.created_at, job.status, job.status_description, job.run_at);
  if (payload) insert_payload_.run(job.created_seq, *payload);
  count(std::nullopt, job.status);
  return log(EventType::created, std::move(job), std::nullopt);
}

Job Ledger::change(Transition change, JobStatus previous) {
  Job job = std::move(change.job);
  job.seq = ++last_;
  if (change.result_changed) {
    const auto bytes = static_cast<std::int64_t>(job.result ? job.result->size() : 0);
    run_with_changing(update_job_and_result_, job, job.created_seq, job.seq, job.updated_at, bytes, job.result);
  } else {
    run_with_changing(update_job_, job, job.created_seq, job.seq, job.updated_at);
  }
  count(previous, job.status);
  return log(change.type, without_large_result(std::move(job)), previous);
}

Job Ledger::remove(Job job) {
  job.seq = ++last_;
  delete_events_.run(job.created_seq);
  delete_job_.run(job.created_seq);
  insert_tombstone_.run(job.created_seq, job.id, job.filename, job.seq, job.updated_at);
  count(job.status, std::nullopt);
  const auto previous = job.status;
  return log(EventType::deleted, std::move(job), previous);
}

Job Ledger::log(EventType type, Job job, std::optional<JobStatus> previous) {
  const bool is_deletion = type == EventType::deleted;
  run_with_changing(insert_event_, job, job.seq, job.created_seq, static_cast<std::int64_t>(type), job.updated_at,
                    job.result_left_out, is_deletion ? std::nullopt : job.result,
                    is_deletion ? std::optional(job.id) : std::nullopt,
                    is_deletion ? std::optional(job.filename) : std::nullopt);
  events_.push_back(std::make_shared<const JobEvent>(JobEvent{type, job.updated_at, job, previous}));
  return job;
}

void Ledger::count(std::optional<JobStatus> before, std::optional<JobStatus> after) {
  if (before == JobStatus::pending) --pending_;
  if (after == JobStatus::pending) ++pending_;
}

void Ledger::save_range() {
  if (last_ != kept_.last) update_range_.run(first_, last_);
}

void Ledger::undo_to(const Mark& mark) {
  events_.resize(mark.events);
  last_ = mark.last;
  pending_ = mark.pending;
}

std::vector<EventPtr> Ledger::keep() {
  auto events = std::exchange(events_, {});
  kept_ = mark();
  return events;
}

}  // namespace jobcast
