#include "store/sqlite/command_executor.hpp"

#include <system_error>
#include <utility>
#include <variant>

#include "base/random.hpp"

namespace jobcast {
namespace {

CommandOutcome outcome_of(Job job) {
  CommandOutcome outcome;
  outcome.jobs.push_back(std::move(job));
  return outcome;
}

bool is_empty(const Progress& progress) {
  return !progress.percent && !progress.total_chunks && !progress.processed_chunks && !progress.message;
}

bool has_space(const std::filesystem::path& database, std::uint64_t min_free_bytes) {
  std::error_code failed;
  const auto space = std::filesystem::space(database, failed);
  return failed || space.available >= min_free_bytes;
}

}  // namespace

CommandExecutor::CommandExecutor(const Connection& connection, Ledger& ledger, const StoreOptions& options,
                                 const Clock& clock)
    : ledger_(ledger),
      options_(options),
      clock_(clock),
      jobs_(connection),
      throttle_(options.progress_per_second),
      keys_by_status_(connection, "SELECT created_seq FROM jobs WHERE status = ?1 ORDER BY created_seq"),
      waiting_keys_(connection,
                    "SELECT created_seq FROM jobs WHERE status = 0 AND external = 0 AND (next_retry_at > ?1 OR "
                    "run_at > ?1) ORDER BY created_seq"),
      count_pending_(connection, "SELECT count(*) FROM jobs WHERE status = 0 AND external = 0"),
      insert_chunk_(connection,
                    "INSERT INTO chunks (job, number, bytes, text) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (job, number) "
                    "DO UPDATE SET bytes = excluded.bytes, text = excluded.text"),
      delete_chunks_(connection, "DELETE FROM chunks WHERE job = ?1") {
  begin_group();
}

void CommandExecutor::begin_group() {
  now_ = clock_.timestamp();
  steady_now_ = clock_.steady_now();
  has_space_.reset();
}

Moment CommandExecutor::moment() const {
  return {now_, random_unit()};
}

CommandExecutor::Outcome CommandExecutor::execute(const Command& command) {
  return std::visit([this](const auto& one) { return run(one); }, command);
}

result<Job> CommandExecutor::load(const JobId& id) {
  if (const auto key = jobs_.key_of(id)) {
    if (auto job = jobs_.load(*key)) return *std::move(job);
  }
  return Error{errc::job_not_found, "There is no job with the id " + id.to_string() + "."};
}

std::vector<Seq> CommandExecutor::keys(JobStatus status) {
  std::vector<Seq> keys;
  auto rows = keys_by_status_.query(status);
  while (rows.next()) keys.push_back(rows.number());
  return keys;
}

// ---- creation

std::optional<Error> CommandExecutor::no_room_for(std::size_t jobs) {
  const auto pending = static_cast<std::uint64_t>(ledger_.pending_jobs());
  if (pending + jobs > options_.max_queued_jobs) {
    return Error{errc::queue_full, "Too many jobs wait already (at most " + std::to_string(options_.max_queued_jobs) +
                                       "); try again later."};
  }
  if (!has_space_) has_space_ = has_space(options_.database, options_.min_free_bytes);
  if (!*has_space_) return Error{errc::storage_full, "Too little disk space is left to take new jobs."};
  return std::nullopt;
}

CommandExecutor::Outcome CommandExecutor::run(const CreateJobs& command) {
  if (const auto refusal = no_room_for(command.jobs.size())) return *refusal;
  CommandOutcome outcome;
  outcome.jobs.reserve(command.jobs.size());
  for (const auto& wanted : command.jobs) {
    outcome.jobs.push_back(ledger_.create(new_job(wanted, moment()), wanted.payload));
  }
  return outcome;
}

// ---- moves of one job

template <class Move>
CommandExecutor::Outcome CommandExecutor::move(const Move& command) {
  auto job = load(command.id);
  if (!job) return job.error();
  return move(*std::move(job), command);
}

template <class Move>
CommandExecutor::Outcome CommandExecutor::move(Job job, const Move& command) {
  // What the attempt told last comes before its end.
  std::optional<Transition> told;
  if (const auto* waiting = throttle_.waiting(job.id)) told = with_progress(job, *waiting, moment());

  const auto previous = job.status;
  auto change = apply(told ? told->job : std::move(job), command, moment());
  if (!change) return change.error();
  if (told) ledger_.change(*std::move(told), previous);
  if (change->job.status == JobStatus::processing) {
    throttle_.take(change->job.id, steady_now_);
  } else {
    throttle_.finish(change->job.id);
  }
  const bool is_new_attempt = previous != change->job.status && change->job.status == JobStatus::processing;
  if (is_new_attempt && change->job.attempt > 1) delete_chunks_.run(change->job.created_seq);
  return outcome_of(ledger_.change(*std::move(change), previous));
}

CommandExecutor::Outcome CommandExecutor::run(const RetryJob& command) {
  auto job = load(command.id);
  if (!job) return job.error();
  const auto allowed = apply(*job, command, moment());
  if (!allowed) return allowed.error();
  if (!can_run(*job)) {
    return Error{errc::handler_missing, "The job can't run again: its handler or its file is gone."};
  }
  return move(*std::move(job), command);
}

CommandExecutor::Outcome CommandExecutor::run(const DeleteJob& command) {
  auto job = load(command.id);
  if (!job) return job.error();
  auto change = apply(*std::move(job), command, moment());
  if (!change) return change.error();
  return outcome_of(ledger_.remove(std::move(change->job)));
}

CommandExecutor::Outcome CommandExecutor::run(const PatchJob& command) {
  auto job = load(command.id);
  if (!job) return job.error();
  if (const auto progress = progress_only(*job, command)) return outcome_of(report(*std::move(job), *progress));
  return move(*std::move(job), command);
}

// ---- progress

Job CommandExecutor::report(Job job, const Progress& progress) {
  const auto previous = job.status;
  if (const auto now = throttle_.report(job.id, progress, steady_now_)) {
    return ledger_.change(with_progress(std::move(job), *now, moment()), previous);
  }
  const auto* waiting = throttle_.waiting(job.id);
  return with_progress(std::move(job), *waiting, moment()).job;
}

void CommandExecutor::save(const Job& job, const std::vector<TextChunk>& chunks) {
  for (const auto& chunk : chunks) {
    insert_chunk_.run(job.created_seq, chunk.number, static_cast<std::int64_t>(chunk.text.size()), chunk.text);
  }
}

CommandExecutor::Outcome CommandExecutor::run(const ReportProgress& command) {
  auto job = load(command.id);
  if (!job) return job.error();
  if (const auto fence = check_attempt(*job, command.attempt); !fence) return fence.error();
  save(*job, command.chunks);
  if (is_empty(command.progress)) return outcome_of(*std::move(job));
  return outcome_of(report(*std::move(job), command.progress));
}

void CommandExecutor::flush(Flush which) {
  for (const auto& id : which == Flush::all ? throttle_.all_waiting() : throttle_.due(steady_now_)) {
    const auto progress = throttle_.take(id, steady_now_);
    auto job = load(id);
    if (!job || !progress) continue;
    const auto previous = job->status;
    ledger_.change(with_progress(*std::move(job), *progress, moment()), previous);
  }
}

// ---- many jobs

CommandExecutor::Outcome CommandExecutor::run(const RetryFailedJobs& /*command*/) {
  CommandOutcome outcome;
  for (const auto key : keys(JobStatus::failed)) {
    auto job = jobs_.load(key);
    if (!job) continue;
    if (!can_run(*job)) {
      outcome.skipped += 1;
      continue;
    }
    auto retried = move(*std::move(job), RetryJob{});
    if (!retried) return retried.error();
    outcome.affected += 1;
  }
  return outcome;
}

CommandExecutor::Outcome CommandExecutor::run(const StartPendingJobs& /*command*/) {
  CommandOutcome outcome;
  {
    auto rows = count_pending_.query();
    if (rows.next()) outcome.affected = rows.number();
  }
  std::vector<Seq> waiting;
  {
    auto rows = waiting_keys_.query(now_);
    while (rows.next()) waiting.push_back(rows.number());
  }
  for (const auto key : waiting) {
    auto job = jobs_.load(key);
    if (!job) continue;
    if (auto change = without_wait(*std::move(job), moment())) {
      ledger_.change(*std::move(change), JobStatus::pending);
    }
  }
  return outcome;
}

std::size_t CommandExecutor::recover() {
  std::size_t recovered = 0;
  for (const auto key : keys(JobStatus::processing)) {
    auto job = jobs_.load(key);
    if (!job || job->external) continue;
    ledger_.change(interrupted(*std::move(job), moment()), JobStatus::processing);
    recovered += 1;
  }
  return recovered;
}

}  // namespace jobcast
