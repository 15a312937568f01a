#include "store/sqlite/command_executor.hpp"

#include <algorithm>
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
      idempotency_keys_(connection),
      pruner_(connection, jobs_, ledger),
      now_(clock.timestamp()),
      steady_now_(clock.steady_now()),
      leases_(connection, steady_now_),
      keys_by_status_(connection, "SELECT created_seq FROM jobs WHERE status = ?1 ORDER BY created_seq"),
      waiting_keys_(connection,
                    "SELECT created_seq FROM jobs WHERE status = 0 AND external = 0 AND (next_retry_at > ?1 OR "
                    "run_at > ?1) ORDER BY created_seq"),
      count_pending_(connection,
                     "SELECT count(*) FROM jobs WHERE status = 0 AND external = 0 AND kind NOT IN (SELECT kind FROM "
                     "paused_kinds)"),
      insert_chunk_(connection,
                    "INSERT INTO chunks (job, number, bytes, text) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (job, number) "
                    "DO UPDATE SET bytes = excluded.bytes, text = excluded.text"),
      delete_chunks_(connection, "DELETE FROM chunks WHERE job = ?1"),
      payload_(connection, "SELECT text FROM payloads WHERE job = ?1"),
      pause_(connection, "INSERT OR IGNORE INTO paused_kinds (kind) VALUES (?1)"),
      resume_(connection, "DELETE FROM paused_kinds WHERE kind = ?1") {}

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
  if (auto job = jobs_.load(id)) return *std::move(job);
  return Error{errc::job_not_found, "There is no job with the id " + id.to_string() + "."};
}

std::vector<Seq> CommandExecutor::keys(JobStatus status) {
  std::vector<Seq> keys;
  auto rows = keys_by_status_.query(status);
  while (rows.next()) keys.push_back(rows.number());
  return keys;
}

// ---- creation

std::optional<Error> CommandExecutor::too_many_with(std::size_t more) const {
  const auto pending = static_cast<std::uint64_t>(ledger_.pending_jobs());
  if (pending + more <= options_.max_queued_jobs) return std::nullopt;
  return Error{errc::queue_full, "Too many jobs wait already (at most " + std::to_string(options_.max_queued_jobs) +
                                     "); try again later."};
}

std::optional<Error> CommandExecutor::no_room_for(std::size_t jobs) {
  if (auto refusal = too_many_with(jobs)) return refusal;
  if (!has_space_) has_space_ = has_space(options_.database, options_.min_free_bytes);
  if (!*has_space_) return Error{errc::storage_full, "Too little disk space is left to take new jobs."};
  return std::nullopt;
}

CommandExecutor::Outcome CommandExecutor::run(const CreateJobs& command) {
  if (command.idempotency_key) {
    const auto made = idempotency_keys_.find(*command.idempotency_key, now_);
    if (!made.empty()) return repeated(made);
  }
  if (const auto refusal = no_room_for(command.jobs.size())) return *refusal;
  CommandOutcome outcome;
  outcome.jobs.reserve(command.jobs.size());
  for (const auto& wanted : command.jobs) {
    outcome.jobs.push_back(ledger_.create(new_job(wanted, moment()), wanted.payload));
    if (command.idempotency_key) idempotency_keys_.add(*command.idempotency_key, outcome.jobs.back(), now_);
  }
  return outcome;
}

CommandExecutor::Outcome CommandExecutor::repeated(const std::vector<Seq>& keys) {
  CommandOutcome outcome;
  outcome.repeated = true;
  for (const auto key : keys) {
    if (auto job = jobs_.load(key)) outcome.jobs.push_back(*std::move(job));
  }
  if (outcome.jobs.empty()) {
    return Error{errc::idempotency_key_used, "The job that was made with this Idempotency-Key is deleted already."};
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
  auto told = told_last(job);
  const auto previous = job.status;
  auto change = apply(told ? told->job : std::move(job), command, moment());
  if (!change) return change.error();
  return outcome_of(settle(std::move(told), *std::move(change), previous));
}

std::optional<Transition> CommandExecutor::told_last(const Job& job) const {
  const auto* waiting = throttle_.waiting(job.id);
  if (waiting == nullptr) return std::nullopt;
  return with_progress(job, *waiting, moment());
}

Job CommandExecutor::settle(std::optional<Transition> told, Transition change, JobStatus previous) {
  if (told) ledger_.change(*std::move(told), previous);
  const auto& job = change.job;
  if (job.status == JobStatus::processing) {
    throttle_.take(job.id, steady_now_);
  } else {
    throttle_.finish(job.id);
    if (job.external) leases_.release(job);
  }
  const bool is_new_attempt = previous != job.status && job.status == JobStatus::processing;
  if (is_new_attempt && job.attempt > 1) delete_chunks_.run(job.created_seq);
  return ledger_.change(std::move(change), previous);
}

template <class Start>
CommandExecutor::Outcome CommandExecutor::start(const Start& command) {
  auto outcome = move(command);
  if (!outcome) return outcome;
  auto rows = payload_.query(outcome->jobs.front().created_seq);
  if (rows.next()) outcome->payload = rows.optional_text();
  return outcome;
}

CommandExecutor::Outcome CommandExecutor::run(const ClaimJob& command) {
  auto outcome = start(command);
  if (outcome) leases_.grant(outcome->jobs.front(), command, steady_now_);
  return outcome;
}

CommandExecutor::Outcome CommandExecutor::run(const RetryJob& command) {
  auto job = load(command.id);
  if (!job) return job.error();
  const auto allowed = apply(*job, command, moment());
  if (!allowed) return allowed.error();
  if (auto refusal = obstacle(*job)) return *std::move(refusal);
  if (auto refusal = too_many_with(1)) return *std::move(refusal);
  return move(*std::move(job), command);
}

std::optional<Error> CommandExecutor::obstacle(const Job& job) const {
  const auto code = options_.obstacle ? options_.obstacle(job) : std::nullopt;
  if (!code) return std::nullopt;
  return Error{*code, *code == errc::input_missing ? "The job can't run again: its file is gone."
                                                   : "The job can't run again: no handler of its kind is configured."};
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
  if (job->external) {
    if (const auto fence = leases_.check(*job, command.lease); !fence) return fence.error();
  }
  if (const auto progress = progress_only(*job, command)) {
    leases_.renew(job->id, steady_now_);
    if (is_empty(*progress)) return outcome_of(*std::move(job));
    return outcome_of(report(*std::move(job), *progress));
  }
  auto outcome = move(*std::move(job), command);
  if (outcome) leases_.renew(command.id, steady_now_);
  return outcome;
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
  end_leases();
  for (const auto& id : which == Flush::all ? throttle_.all_waiting() : throttle_.due(steady_now_)) {
    const auto progress = throttle_.take(id, steady_now_);
    auto job = load(id);
    if (!job || !progress) continue;
    const auto previous = job->status;
    ledger_.change(with_progress(*std::move(job), *progress, moment()), previous);
  }
}

// ---- many jobs

CommandExecutor::Outcome CommandExecutor::run(const SteerJobs& command) {
  CommandOutcome outcome;
  for (const auto& id : command.ids) {
    auto steered = [&] {
      switch (command.action) {
        case SteerAction::retry:
          return run(RetryJob{id});
        case SteerAction::cancel:
          return run(CancelJob{id});
        case SteerAction::remove:
          break;
      }
      return run(DeleteJob{id});
    }();
    if (steered) {
      outcome.jobs.push_back(std::move(steered->jobs.front()));
    } else {
      outcome.skipped += 1;
    }
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

CommandExecutor::Outcome CommandExecutor::run(const PauseHandler& command) {
  (command.paused ? pause_ : resume_).run(command.kind);
  pauses_.push_back(command);
  return CommandOutcome{};
}

// ---- leases

void CommandExecutor::end_leases() {
  for (const auto& id : leases_.run_out(steady_now_)) {
    const auto why = leases_.failure(id);
    auto job = load(id);
    if (!job || job->status != JobStatus::processing) continue;
    auto told = told_last(*job);
    const auto previous = job->status;
    auto change = failed_attempt(told ? told->job : *std::move(job), why, true, moment());
    settle(std::move(told), std::move(change), previous);
  }
}

std::optional<CommandExecutor::Time> CommandExecutor::next_flush() const {
  const auto progress = throttle_.next_due();
  const auto lease = leases_.next_end();
  if (!progress || !lease) return progress ? progress : lease;
  return std::min(*progress, *lease);
}

// ---- the whole

void CommandExecutor::undo_to(const Mark& mark) {
  throttle_.undo_to(mark.throttle);
  leases_.undo_to(mark.leases);
  pauses_.resize(mark.pauses);
}

std::vector<PauseHandler> CommandExecutor::keep() {
  throttle_.keep();
  leases_.keep();
  return std::exchange(pauses_, {});
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
