#include "work/worker_pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <spdlog/spdlog.h>
#include <string>
#include <thread>
#include <utility>

#include "jobcast/paused_kinds.hpp"

#include "work/attempt.hpp"
#include "work/clock_watch.hpp"
#include "work/running_attempts.hpp"
#include "work/scheduler.hpp"
#include "work/store_calls.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

/// A worker that waits for a job's time looks again at least this often: the wall clock may have been set.
constexpr std::chrono::milliseconds longest_wait = 1s;

/// After a claim that the store could not take.
constexpr std::chrono::milliseconds pause_after_refusal = 200ms;

class Counted {
 public:
  explicit Counted(std::atomic<std::int64_t>& count) : count_(count) { count_ += 1; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { count_ -= 1; }

 private:
  std::atomic<std::int64_t>& count_;
};

}  // namespace

unsigned worker_count(unsigned wanted) {
  return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

class WorkerPool::Impl {
 public:
  Impl(JobStore& store, const HandlerCatalog& catalog, const DataDirectory& data, const Clock& clock,
       const StoreSnapshot& past, WorkerPoolOptions options)
      : store_(store),
        catalog_(catalog),
        data_(data),
        clock_(clock),
        options_(options),
        paused_(past.paused),
        clock_watch_(clock) {
    for (const auto& job : past.active) scheduler_.put(job);
    count_waiting();
  }

  void start() {
    const std::lock_guard lock(mutex_);
    const auto count = worker_count(options_.workers);
    busy_workers_ = count;
    threads_.reserve(count);
    for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
  }

  void on_commit(EventSpan events) {
    std::size_t wanted = 0;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& event : events) scheduler_.apply(*event);
      count_waiting();
      // One more looks when the next delayed job's time comes.
      wanted = std::min(idle_workers_, scheduler_.ready() + (scheduler_.delayed() > 0 ? 1 : 0));
    }
    for (const auto& event : events) running_.apply(*event);
    for (; wanted > 0; --wanted) changed_.notify_one();
  }

  void on_pause(std::string_view kind, bool paused) {
    {
      const std::lock_guard lock(mutex_);
      paused_.set(kind, paused);
    }
    changed_.notify_all();
  }

  void begin_stop() {
    {
      const std::lock_guard lock(mutex_);
      if (!grace_ends_) grace_ends_ = std::chrono::steady_clock::now() + options_.shutdown_grace;
      no_more_claims_.request_stop();
    }
    changed_.notify_all();
  }

  void join() {
    {
      std::unique_lock lock(mutex_);
      const auto deadline = grace_ends_.value_or(std::chrono::steady_clock::now());
      workers_left_.wait_until(lock, deadline, [this] { return busy_workers_ == 0; });
    }
    running_.stop_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  [[nodiscard]] const WorkStats& stats() const { return stats_; }

 private:
  /// An attempt that is over and whose outcome is on its way to the disk.
  struct Conclusion {
    Job job;
    bool succeeded = false;
    Command command;
    std::stop_token stop;
    StoreAnswer answer;
  };

  /// The outcome of one job and the start of the next go to disk together, so that a worker waits once for both.
  void work() {
    std::optional<Conclusion> last;
    while (true) {
      const auto next = next_job(last ? Patience::none : Patience::until_there_is_one);
      if (!next && !last) break;
      try {
        if (next) {
          claim(*next, last);
        } else {
          settle(last);
        }
      } catch (const std::exception& error) {
        spdlog::error("job {}: the worker failed: {}", next ? next->id.to_string() : "none", error.what());
        if (next) keep_waiting(next->id);
        pause_for(pause_after_refusal, no_more_claims_.get_token());
      }
    }
    const std::lock_guard lock(mutex_);
    busy_workers_ -= 1;
    workers_left_.notify_all();
  }

  enum class Patience : std::uint8_t { none, until_there_is_one };

  /// Takes a job whose turn it is, and a slot of its handler. Nothing once the pool stops, or where there is none now
  /// and the worker does not wait.
  std::optional<Scheduler::Taken> next_job(Patience patience) {
    std::unique_lock lock(mutex_);
    while (!no_more_claims_.stop_requested()) {
      if (const auto jump = clock_watch_.jump(); jump.count() != 0) scheduler_.clock_was_set(jump);
      const auto now = clock_.timestamp();
      if (auto next = scheduler_.take(now, [this](std::string_view kind) { return admits(kind); })) {
        used_slots_[next->kind] += 1;
        count_waiting();
        // Another looks after what is left: it may have waited for a slot, or this worker for its time.
        const bool some_left = scheduler_.ready() > 0 || scheduler_.delayed() > 0;
        if (some_left && idle_workers_ > 0) changed_.notify_one();
        return next;
      }
      if (patience == Patience::none) break;
      idle_workers_ += 1;
      if (const auto due = scheduler_.next_due()) {
        changed_.wait_for(lock, std::min<std::chrono::milliseconds>(*due - now, longest_wait));
      } else {
        changed_.wait(lock);
      }
      idle_workers_ -= 1;
    }
    return std::nullopt;
  }

  /// Whether a job of this kind may start now; with the mutex held.
  [[nodiscard]] bool admits(std::string_view kind) const {
    if (paused_.contains(kind)) return false;
    if (catalog_.handler(kind) == nullptr) return false;  // it may be configured again at the next start
    const auto info = catalog_.find(kind);
    const auto used = used_slots_.find(kind);
    return used == used_slots_.end() || info->concurrency == 0 || used->second < info->concurrency;
  }

  void leave_slot(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    const auto used = used_slots_.find(kind);
    if (--used->second == 0) used_slots_.erase(used);
  }

  /// Gives a taken slot back when it goes: the worker then looks for the next job itself.
  class Slot {
   public:
    Slot(Impl& pool, const std::string& kind) : pool_(pool), kind_(kind) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { pool_.leave_slot(kind_); }

   private:
    Impl& pool_;
    const std::string& kind_;
  };

  /// Starts and runs the job. Its conclusion takes the place of `last`, which is settled meanwhile.
  void claim(const Scheduler::Taken& next, std::optional<Conclusion>& last) {
    const Slot slot(*this, next.kind);
    auto started = submit_and_wait(store_, StartJob{next.id});
    settle(last);
    if (started && !started->jobs.empty()) {
      last = run(started->jobs.front(), std::move(started->payload));
    } else if (!started && may_pass_later(started.error().code)) {
      keep_waiting(next.id);
      pause_for(pause_after_refusal, no_more_claims_.get_token());
    } else {
      const std::lock_guard lock(mutex_);
      scheduler_.drop(next.id);
    }
  }

  void keep_waiting(const JobId& id) {
    const std::lock_guard lock(mutex_);
    scheduler_.give_back(id);
    count_waiting();
  }

  std::optional<Conclusion> run(const Job& job, std::optional<std::string> payload) {
    const auto stop = running_.find(job.id, job.attempt);
    if (!stop) return std::nullopt;  // cancelled in the very commit that started it
    const Counted counted(stats_.running);
    try {
      return conclude(job, stop->get_token(), outcome_of(job, std::move(payload), stop->get_token()));
    } catch (const std::exception& error) {
      spdlog::error("job {}: the outcome of attempt {} is lost: {}", job.id.to_string(), job.attempt, error.what());
      give_back(job);
    }
    return std::nullopt;
  }

  HandlerResult outcome_of(const Job& job, std::optional<std::string> payload, const std::stop_token& stop) {
    try {
      Attempt attempt(store_, data_, job, std::move(payload), stop);
      return run_handler(*catalog_.handler(job.kind), attempt);
    } catch (const std::exception& error) {
      spdlog::error("job {}: its attempt can't be prepared: {}", job.id.to_string(), error.what());
      return HandlerFailure{"The server could not prepare the work", true};
    }
  }

  std::optional<Conclusion> conclude(const Job& job, const std::stop_token& stop, HandlerResult outcome) {
    if (stop.stop_requested()) {
      if (running_.find(job.id, job.attempt)) give_back(job);
      return std::nullopt;
    }
    const bool succeeded = std::holds_alternative<HandlerSuccess>(outcome);
    auto command = final_command(job, std::move(outcome));
    StoreAnswer answer(store_, command);
    return Conclusion{job, succeeded, std::move(command), stop, std::move(answer)};
  }

  /// Waits until the outcome is on disk, and tells it again while the store can't take it.
  void settle(std::optional<Conclusion>& last) {
    const auto settled = std::exchange(last, std::nullopt);
    if (!settled) return;
    auto told = settled->answer.wait();
    if (!told && may_pass_later(told.error().code)) told = submit_until_taken(store_, settled->command, settled->stop);
    const auto& job = settled->job;
    if (told) {
      (settled->succeeded ? stats_.completed : stats_.failed) += 1;
    } else if (running_.find(job.id, job.attempt)) {
      spdlog::error("job {}: the outcome of attempt {} could not be saved: {}", job.id.to_string(), job.attempt,
                    told.error().message);
    }
  }

  static Command final_command(const Job& job, HandlerResult outcome) {
    if (auto* success = std::get_if<HandlerSuccess>(&outcome)) {
      return CompleteJob{job.id, job.attempt, std::move(success->result), std::move(success->message)};
    }
    auto& failure = std::get<HandlerFailure>(outcome);
    spdlog::warn("job {}: attempt {} failed: {}", job.id.to_string(), job.attempt, failure.error);
    return FailJob{job.id, job.attempt, std::move(failure.error), failure.retryable};
  }

  /// A job that can't be given back now is found processing at the next start, with the same effect.
  void give_back(const Job& job) {
    const auto given = submit_and_wait(store_, InterruptJob{job.id, job.attempt});
    if (given) {
      stats_.interrupted += 1;
      spdlog::info("job {}: interrupted, waits again", job.id.to_string());
    } else {
      spdlog::warn("job {}: interrupted, not put back yet: {}", job.id.to_string(), given.error().message);
    }
  }

  void count_waiting() {
    stats_.ready = static_cast<std::int64_t>(scheduler_.ready());
    stats_.delayed = static_cast<std::int64_t>(scheduler_.delayed());
  }

  JobStore& store_;
  const HandlerCatalog& catalog_;
  const DataDirectory& data_;
  const Clock& clock_;
  const WorkerPoolOptions options_;

  WorkStats stats_;
  RunningAttempts running_;
  std::stop_source no_more_claims_;

  std::mutex mutex_;  ///< guards what follows; held for moments only, the store's thread takes it
  Scheduler scheduler_{Scheduler::Side::server};
  PausedKinds paused_;
  std::map<std::string, unsigned, std::less<>> used_slots_;  ///< by kind; none is 0
  ClockWatch clock_watch_;
  std::condition_variable changed_;       ///< a job may be ready, or the pool stops
  std::condition_variable workers_left_;  ///< busy_workers_ fell
  unsigned busy_workers_ = 0;
  std::size_t idle_workers_ = 0;  ///< wait for changed_
  std::optional<std::chrono::steady_clock::time_point> grace_ends_;
  std::vector<std::thread> threads_;
};

WorkerPool::WorkerPool(JobStore& store, const HandlerCatalog& catalog, const DataDirectory& data, const Clock& clock,
                       const StoreSnapshot& past, WorkerPoolOptions options)
    : impl_(std::make_unique<Impl>(store, catalog, data, clock, past, options)) {}

WorkerPool::~WorkerPool() {
  begin_stop();
  join();
}

void WorkerPool::start() {
  impl_->start();
}
void WorkerPool::on_commit(EventSpan events) {
  impl_->on_commit(events);
}
void WorkerPool::on_pause(std::string_view kind, bool paused) {
  impl_->on_pause(kind, paused);
}
void WorkerPool::begin_stop() {
  impl_->begin_stop();
}
void WorkerPool::join() {
  impl_->join();
}
const WorkStats& WorkerPool::stats() const {
  return impl_->stats();
}

}  // namespace jobcast
