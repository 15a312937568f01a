#include "work/claim_desk.hpp"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <spdlog/spdlog.h>
#include <thread>
#include <unordered_map>
#include <utility>

#include "jobcast/limits.hpp"
#include "jobcast/paused_kinds.hpp"

#include "base/random.hpp"
#include "work/clock_watch.hpp"
#include "work/scheduler.hpp"
#include "work/store_calls.hpp"

namespace jobcast {
namespace {

/// The desk looks at the clock at least this often while jobs wait for their time: it may have been set.
constexpr std::chrono::milliseconds longest_wait(1'000);

constexpr std::size_t lease_digits = 32;  ///< 128 bits

}  // namespace

/// Shared with the store's callbacks, which may come when the desk has stopped.
class ClaimDesk::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(JobStore& store, const Clock& clock, const StoreSnapshot& past)
      : store_(store), clock_(clock), paused_(past.paused), clock_watch_(clock) {
    for (const auto& job : past.active) scheduler_.put(job);
  }

  void start() {
    thread_ = std::thread([this] { run(); });
  }

  void stop() {
    std::list<Waiter> waiting;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      waiting = std::exchange(waiters_, {});
      by_ticket_.clear();
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    for (auto& waiter : waiting) waiter.done(std::optional<Claim>());
  }

  Ticket claim(ClaimRequest request, Callback done) {
    std::unique_lock lock(mutex_);
    const auto ticket = ++last_ticket_;
    if (stopping_) {
      lock.unlock();
      done(std::optional<Claim>());
      return ticket;
    }
    if (waiters_.size() >= limits::claims_waiting) {
      lock.unlock();
      done(Error{errc::queue_full, "Too many workers wait for a job already; try again later."});
      return ticket;
    }
    const auto deadline = clock_.steady_now() + request.wait;
    waiters_.push_back({ticket, std::move(request), std::move(done), deadline});
    by_ticket_.emplace(ticket, std::prev(waiters_.end()));
    lock.unlock();
    changed_.notify_one();
    return ticket;
  }

  void withdraw(Ticket ticket) {
    std::list<Waiter> gone;
    {
      const std::lock_guard lock(mutex_);
      const auto found = by_ticket_.find(ticket);
      if (found == by_ticket_.end()) return;
      gone.splice(gone.begin(), waiters_, found->second);
      by_ticket_.erase(found);
    }
    gone.front().done(std::optional<Claim>());
  }

  void give_back(const Claim& claim) {
    store_.submit(InterruptJob{claim.job.id, claim.job.attempt}, [id = claim.job.id](const auto& outcome) {
      if (!outcome) spdlog::warn("job {}: its claim lasts: {}", id.to_string(), outcome.error().message);
    });
  }

  void on_commit(EventSpan events) {
    bool may_serve = false;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& event : events) {
        if (event->job.external) scheduler_.apply(*event);
      }
      may_serve = !waiters_.empty() && scheduler_.ready() + scheduler_.delayed() > 0;
    }
    if (may_serve) changed_.notify_one();
  }

  void on_pause(std::string_view kind, bool paused) {
    {
      const std::lock_guard lock(mutex_);
      paused_.set(kind, paused);
    }
    changed_.notify_one();
  }

 private:
  struct Waiter {
    Ticket ticket = 0;
    ClaimRequest request;
    Callback done;
    std::chrono::steady_clock::time_point deadline;
  };

  /// What is to be done without the lock.
  struct Turn {
    std::list<Waiter> expired;
    std::vector<std::pair<Waiter, JobId>> served;

    [[nodiscard]] bool empty() const { return expired.empty() && served.empty(); }
  };

  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      auto turn = next_turn();
      if (turn.empty()) {
        sleep(lock);
        continue;
      }
      lock.unlock();
      for (auto& [waiter, id] : turn.served) submit(std::move(waiter), id);
      for (auto& waiter : turn.expired) waiter.done(std::optional<Claim>());
      turn = {};
      lock.lock();
    }
  }

  /// Whom to serve and whom to send away now. With the lock held.
  Turn next_turn() {
    Turn turn;
    if (const auto jump = clock_watch_.jump(); jump.count() != 0) scheduler_.clock_was_set(jump);
    const auto now = clock_.timestamp();
    const auto steady_now = clock_.steady_now();
    const bool some_wait = scheduler_.ready() + scheduler_.delayed() > 0;
    for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
      const auto here = waiter++;
      auto job = some_wait ? take_for(*here, now) : std::nullopt;
      if (!job && here->deadline > steady_now) continue;
      by_ticket_.erase(here->ticket);
      if (job) {
        turn.served.emplace_back(std::move(*here), job->id);
        waiters_.erase(here);
      } else {
        turn.expired.splice(turn.expired.end(), waiters_, here);
      }
    }
    return turn;
  }

  std::optional<Scheduler::Taken> take_for(const Waiter& waiter, Timestamp now) {
    const auto& kinds = waiter.request.kinds;
    return scheduler_.take(now, [&](std::string_view kind) {
      return !paused_.contains(kind) && std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    });
  }

  void sleep(std::unique_lock<std::mutex>& lock) {
    std::optional<std::chrono::steady_clock::duration> wait;
    for (const auto& waiter : waiters_) {
      const auto left = waiter.deadline - clock_.steady_now();
      wait = wait ? std::min(*wait, left) : left;
    }
    if (const auto due = scheduler_.next_due(); due && !waiters_.empty()) {
      const std::chrono::steady_clock::duration left =
          std::clamp<std::chrono::milliseconds>(*due - clock_.timestamp(), std::chrono::milliseconds(0), longest_wait);
      wait = std::min(*wait, left);
    }
    if (wait) {
      changed_.wait_for(lock, *wait);
    } else {
      changed_.wait(lock);
    }
  }

  void submit(Waiter waiter, const JobId& id) {
    ClaimJob command;
    command.id = id;
    command.worker = waiter.request.worker;
    command.lease = random_hex(lease_digits);
    command.lease_time = waiter.request.lease_time;
    auto lease = command.lease;
    auto shared = std::make_shared<Waiter>(std::move(waiter));
    store_.submit(std::move(command), [self = shared_from_this(), shared, id, lease](result<CommandOutcome> outcome) {
      self->conclude(*shared, id, lease, std::move(outcome));
    });
  }

  void conclude(Waiter& waiter, const JobId& id, const std::string& lease, result<CommandOutcome> outcome) {
    if (outcome) {
      waiter.done(std::optional(Claim{std::move(outcome->jobs.front()), lease, std::move(outcome->payload)}));
      return;
    }
    const bool is_passing = may_pass_later(outcome.error().code);
    {
      const std::lock_guard lock(mutex_);
      if (is_passing) {
        scheduler_.give_back(id);
      } else {
        scheduler_.drop(id);
      }
    }
    if (is_passing || !wait_again(waiter)) waiter.done(outcome.error());
  }

  /// The job went to somebody else, or is gone: the waiter goes on waiting, first in line.
  bool wait_again(Waiter& waiter) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      waiters_.push_front(std::move(waiter));
      by_ticket_.emplace(waiters_.front().ticket, waiters_.begin());
    }
    changed_.notify_one();
    return true;
  }

  JobStore& store_;
  const Clock& clock_;

  std::mutex mutex_;  ///< guards what follows; held for moments only, the store's thread takes it
  std::condition_variable changed_;
  Scheduler scheduler_{Scheduler::Side::outside};
  PausedKinds paused_;
  ClockWatch clock_watch_;
  std::list<Waiter> waiters_;  ///< who has waited longest first
  std::unordered_map<Ticket, std::list<Waiter>::iterator> by_ticket_;
  Ticket last_ticket_ = 0;
  bool stopping_ = false;

  std::thread thread_;
};

ClaimDesk::ClaimDesk(JobStore& store, const Clock& clock, const StoreSnapshot& past)
    : impl_(std::make_shared<Impl>(store, clock, past)) {}

ClaimDesk::~ClaimDesk() {
  stop();
}

void ClaimDesk::start() {
  impl_->start();
}
void ClaimDesk::stop() {
  impl_->stop();
}
JobClaims::Ticket ClaimDesk::claim(ClaimRequest request, Callback done) {
  return impl_->claim(std::move(request), std::move(done));
}
void ClaimDesk::withdraw(Ticket ticket) {
  impl_->withdraw(ticket);
}
void ClaimDesk::give_back(const Claim& claim) {
  impl_->give_back(claim);
}
void ClaimDesk::on_commit(EventSpan events) {
  impl_->on_commit(events);
}
void ClaimDesk::on_pause(std::string_view kind, bool paused) {
  impl_->on_pause(kind, paused);
}

}  // namespace jobcast
