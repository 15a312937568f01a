#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "jobcast/job_store.hpp"

namespace jobcast {

/// A job store in memory, with a writer thread like the real one: as much of it as the worker pool uses. Retries wait
/// for `retry_delay`.
class FakeJobStore final : public JobStore {
 public:
  explicit FakeJobStore(const Clock& clock, std::chrono::milliseconds retry_delay = std::chrono::milliseconds(0))
      : clock_(clock), retry_delay_(retry_delay) {}
  ~FakeJobStore() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (writer_.joinable()) writer_.join();
  }

  result<StoreSnapshot> snapshot() override {
    StoreSnapshot past;
    for (const auto& [id, job] : jobs_) {
      if (!is_final(job.status)) past.active.push_back(job);
    }
    return past;
  }

  void start(std::vector<EventSink*> sinks) override {
    sinks_ = std::move(sinks);
    writer_ = std::thread([this] { write(); });
  }

  void submit(Command command, Callback<CommandOutcome> done) override {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back({std::move(command), std::move(done)});
    }
    changed_.notify_all();
  }

  void find(JobRef /*ref*/, Callback<Job> done) override { done(Error{errc::internal, "not of this store"}); }
  void read_payload(JobId /*id*/, Callback<std::optional<std::string>> done) override {
    done(Error{errc::internal, "not of this store"});
  }
  void list(ListQuery /*query*/, Callback<JobPage> done) override { done(Error{errc::internal, "not of this store"}); }
  void read_text(JobId /*id*/, std::int64_t /*first_chunk*/, std::size_t /*max_bytes*/,
                 Callback<TextPart> done) override {
    done(Error{errc::internal, "not of this store"});
  }

  /// Jobs of an earlier run of the program. To be called before start().
  void remember(const std::vector<NewJob>& jobs) {
    std::vector<EventPtr> untold;
    (void)change(CreateJobs{jobs}, untold);
  }

  // ---- for tests, callable from any thread

  /// Refuses commands for which the function gives an error. Called on the writer thread.
  void refuse(std::function<std::optional<errc>(const Command&)> rule) {
    const std::lock_guard lock(mutex_);
    rule_ = std::move(rule);
  }

  /// Commits the commands as one group and waits for them.
  void commit(std::vector<Command> commands) {
    std::size_t left = commands.size();
    {
      const std::lock_guard lock(mutex_);
      for (auto& command : commands) {
        waiting_.push_back({std::move(command), [&](result<CommandOutcome> /*outcome*/) {
                              const std::lock_guard answer(mutex_);
                              left -= 1;
                              changed_.notify_all();
                            }});
      }
    }
    changed_.notify_all();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return left == 0; });
  }

  /// The job, as soon as the condition holds; as it is after `longest` where it never does.
  Job wait_for(const JobId& id, const std::function<bool(const Job&)>& condition,
               std::chrono::seconds longest = std::chrono::seconds(20)) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [&] { return jobs_.contains(id) && condition(jobs_.at(id)); });
    return jobs_.contains(id) ? jobs_.at(id) : Job{};
  }

  Job wait_for(const JobId& id, JobStatus status) {
    return wait_for(id, [status](const Job& job) { return job.status == status; });
  }

  /// The ids in the order in which they were started.
  std::vector<JobId> started() {
    const std::lock_guard lock(mutex_);
    return started_;
  }

  /// Text of the chunks reported for a job.
  std::string text_of(const JobId& id) {
    const std::lock_guard lock(mutex_);
    return texts_[id];
  }

 private:
  struct Waiting {
    Command command;
    Callback<CommandOutcome> done;
  };

  void write() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto group = std::exchange(waiting_, {});
      std::vector<EventPtr> events;
      std::vector<result<CommandOutcome>> outcomes;
      for (const auto& [command, done] : group) outcomes.push_back(apply(command, events));
      lock.unlock();
      for (auto* sink : sinks_) sink->on_commit(events);
      for (std::size_t i = 0; i < group.size(); ++i) group[i].done(std::move(outcomes[i]));
      lock.lock();
      changed_.notify_all();
    }
  }

  result<CommandOutcome> apply(const Command& command, std::vector<EventPtr>& events) {
    if (rule_) {
      if (const auto refused = rule_(command)) return Error{*refused, "refused by the test"};
    }
    return std::visit([&](const auto& wanted) { return change(wanted, events); }, command);
  }

  template <class T>
  result<CommandOutcome> change(const T& /*command*/, std::vector<EventPtr>& /*events*/) {
    return Error{errc::internal, "not of this store"};
  }

  result<CommandOutcome> change(const CreateJobs& command, std::vector<EventPtr>& events) {
    for (const auto& wanted : command.jobs) {
      Job job;
      job.id = wanted.id;
      job.filename = wanted.filename;
      job.file_type = wanted.file_type;
      job.kind = wanted.kind;
      job.max_retries = wanted.max_retries;
      job.priority = wanted.priority;
      job.run_at = wanted.run_at;
      job.external = wanted.external;
      job.has_input = wanted.has_input;
      job.created_seq = seq_ + 1;
      tell(job, EventType::created, events);
    }
    return CommandOutcome{};
  }

  result<CommandOutcome> change(const StartJob& command, std::vector<EventPtr>& events) {
    const auto job = jobs_.find(command.id);
    if (job == jobs_.end()) return Error{errc::job_not_found, "gone"};
    if (job->second.status != JobStatus::pending) return Error{errc::invalid_transition, "not pending"};
    auto next = job->second;
    next.status = JobStatus::processing;
    next.next_retry_at.reset();
    next.attempt += 1;
    started_.push_back(command.id);
    return tell(next, EventType::moved, events);
  }

  result<CommandOutcome> change(const ClaimJob& command, std::vector<EventPtr>& events) {
    return change(StartJob{command.id}, events);
  }

  /// Every finished job, whatever its age.
  result<CommandOutcome> change(const Prune& /*command*/, std::vector<EventPtr>& /*events*/) {
    CommandOutcome outcome;
    for (const auto& [id, job] : jobs_) {
      if (is_final(job.status)) outcome.jobs.push_back(job);
    }
    for (const auto& job : outcome.jobs) jobs_.erase(job.id);
    outcome.affected = static_cast<std::int64_t>(outcome.jobs.size());
    return outcome;
  }

  result<CommandOutcome> change(const ReportProgress& command, std::vector<EventPtr>& events) {
    return within_attempt(command.id, command.attempt, [&](Job job) {
      job.progress = command.progress.percent;
      job.total_chunks = command.progress.total_chunks;
      job.processed_chunks = command.progress.processed_chunks;
      for (const auto& chunk : command.chunks) texts_[command.id] += chunk.text;
      return tell(job, EventType::progress, events);
    });
  }

  result<CommandOutcome> change(const CompleteJob& command, std::vector<EventPtr>& events) {
    return within_attempt(command.id, command.attempt, [&](Job job) {
      job.status = JobStatus::completed;
      job.result = command.result;
      job.status_description = command.message;
      return tell(job, EventType::moved, events);
    });
  }

  result<CommandOutcome> change(const FailJob& command, std::vector<EventPtr>& events) {
    return within_attempt(command.id, command.attempt, [&](Job job) {
      const bool again = command.retryable && job.retry_count < job.max_retries;
      job.status = again ? JobStatus::pending : JobStatus::failed;
      job.error_message = command.error;
      if (again) {
        job.retry_count += 1;
        job.next_retry_at = clock_.timestamp() + retry_delay_;
      }
      return tell(job, EventType::moved, events);
    });
  }

  result<CommandOutcome> change(const InterruptJob& command, std::vector<EventPtr>& events) {
    return within_attempt(command.id, command.attempt, [&](Job job) {
      job.status = JobStatus::pending;
      return tell(job, EventType::moved, events);
    });
  }

  result<CommandOutcome> change(const CancelJob& command, std::vector<EventPtr>& events) {
    const auto job = jobs_.find(command.id);
    if (job == jobs_.end() || is_final(job->second.status)) return Error{errc::invalid_transition, "over"};
    auto next = job->second;
    next.status = JobStatus::cancelled;
    return tell(next, EventType::moved, events);
  }

  result<CommandOutcome> within_attempt(const JobId& id, std::int64_t attempt,
                                        const std::function<result<CommandOutcome>(Job)>& move) {
    const auto job = jobs_.find(id);
    if (job == jobs_.end()) return Error{errc::job_not_found, "gone"};
    if (job->second.status != JobStatus::processing || job->second.attempt != attempt) {
      return Error{errc::stale_attempt, "over"};
    }
    return move(job->second);
  }

  result<CommandOutcome> tell(Job job, EventType type, std::vector<EventPtr>& events) {
    job.seq = ++seq_;
    jobs_[job.id] = job;
    events.push_back(std::make_shared<const JobEvent>(JobEvent{type, clock_.timestamp(), job, std::nullopt}));
    CommandOutcome outcome;
    outcome.jobs.push_back(std::move(job));
    return outcome;
  }

  const Clock& clock_;
  const std::chrono::milliseconds retry_delay_;
  std::vector<EventSink*> sinks_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::deque<Waiting> waiting_;
  std::function<std::optional<errc>(const Command&)> rule_;
  std::map<JobId, Job> jobs_;
  std::map<JobId, std::string> texts_;
  std::vector<JobId> started_;
  Seq seq_ = 0;
  std::thread writer_;
};

}  // namespace jobcast
