#include "store/writer.hpp"

#include <algorithm>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <utility>

#include "jobcast/limits.hpp"

#include "store/group_commit.hpp"

namespace jobcast {
namespace {

constexpr std::chrono::seconds idle_before_tidying(1);

}  // namespace

Writer::Writer(CommitBackend& backend, const Clock& clock, std::chrono::milliseconds probe_interval,
               metrics::Histogram* commit_time)
    : backend_(backend), clock_(clock), probe_interval_(probe_interval), commit_time_(commit_time) {}

Writer::~Writer() {
  stop();
}

void Writer::start(std::vector<EventSink*> sinks) {
  teller_.start(std::move(sinks));
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "writer");
    run();
  });
}

void Writer::submit(Command command, Done done) {
  const auto bytes = command_bytes(command);
  std::unique_lock lock(mutex_);
  if (const auto refused = refusal(bytes)) {
    lock.unlock();
    return done(*refused);
  }
  waiting_.push_back({std::move(command), std::move(done), bytes});
  waiting_bytes_ += bytes;
  lock.unlock();
  changed_.notify_one();
}

std::optional<Error> Writer::refusal(std::size_t bytes) const {
  if (stopping_) return Error{errc::shutting_down, "The server is stopping."};
  if (latched_) return latched_;
  const bool is_full = waiting_.size() >= limits::command_queue ||
                       (!waiting_.empty() && waiting_bytes_ + bytes > limits::command_queue_bytes);
  if (is_full) return Error{errc::queue_full, "Too many changes wait to be saved; try again later."};
  return std::nullopt;
}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  teller_.stop();
  for (auto& [command, done, bytes] : std::exchange(waiting_, {})) {
    done(Error{errc::shutting_down, "The server is stopping."});
  }
}

void Writer::run() {
  while (true) {
    auto group = next_group();
    if (probe_at_) {
      if (group.is_last) return;
      if (clock_.steady_now() >= *probe_at_) probe();
      continue;
    }
    const auto flush_at = backend_.next_flush();
    if (group.is_last) {
      if (flush_at) commit(group, Flush::all);
      return;
    }
    if (!group.commands.empty() || (flush_at && *flush_at <= clock_.steady_now())) commit(group, Flush::due);
    if (tidy_at_ && clock_.steady_now() >= *tidy_at_) {
      tidy_at_.reset();
      backend_.tidy();
    }
  }
}

std::optional<Writer::Time> Writer::next_wake() const {
  if (probe_at_) return probe_at_;
  auto wake = backend_.next_flush();
  if (tidy_at_ && (!wake || *tidy_at_ < *wake)) wake = tidy_at_;
  return wake;
}

Writer::Group Writer::next_group() {
  const auto wake = next_wake();
  Group group;
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return stopping_ || !waiting_.empty(); };
  if (wake) {
    // The given clock may be moved by hand: after a wait by the real one it is asked again.
    changed_.wait_for(lock, std::max(*wake - clock_.steady_now(), Time::duration::zero()), has_work);
  } else {
    changed_.wait(lock, has_work);
  }
  group.is_last = stopping_ && waiting_.empty();
  take_group(group);
  return group;
}

void Writer::take_group(Group& group) {
  GroupBudget budget;
  while (!waiting_.empty() && budget.take(waiting_.front().bytes)) {
    auto& [command, done, bytes] = waiting_.front();
    group.commands.push_back(std::move(command));
    group.callers.push_back(std::move(done));
    waiting_bytes_ -= bytes;
    waiting_.pop_front();
  }
}

void Writer::commit(Group& group, Flush flush) {
  const auto began = std::chrono::steady_clock::now();
  auto outcome = backend_.commit(group.commands, flush);
  if (outcome.failure) {
    latch(group, *outcome.failure);
  } else {
    if (commit_time_ != nullptr) commit_time_->observe(std::chrono::steady_clock::now() - began);
    tidy_at_ = clock_.steady_now() + idle_before_tidying;
  }
  teller_.tell({std::move(outcome), std::move(group.callers)});
}

void Writer::latch(Group& group, const Error& failure) {
  std::deque<Waiting> behind;
  {
    const std::lock_guard lock(mutex_);
    latched_ = failure;
    behind = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
  }
  spdlog::error("store: no more writes until the storage works again: {}", failure.message);
  probe_at_ = clock_.steady_now() + probe_interval_;
  for (auto& waiting : behind) group.callers.push_back(std::move(waiting.done));
}

void Writer::probe() {
  const auto failure = backend_.probe();
  const std::lock_guard lock(mutex_);
  latched_ = failure;
  if (failure) {
    probe_at_ = clock_.steady_now() + probe_interval_;
  } else {
    probe_at_.reset();
    spdlog::info("store: the storage works again");
  }
}

}  // namespace jobcast
