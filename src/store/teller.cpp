#include "store/teller.hpp"

#include <pthread.h>
#include <utility>

#include "jobcast/limits.hpp"

namespace jobcast {

Teller::~Teller() {
  stop();
}

void Teller::start(std::vector<EventSink*> sinks) {
  sinks_ = std::move(sinks);
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "teller");
    run();
  });
}

void Teller::tell(Group group) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return untold_.size() < limits::untold_groups; });
  untold_.push_back(std::move(group));
  lock.unlock();
  changed_.notify_all();
}

void Teller::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Teller::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !untold_.empty(); });
    if (untold_.empty()) return;
    auto group = std::move(untold_.front());
    untold_.pop_front();
    lock.unlock();
    changed_.notify_all();
    tell_now(group);
    lock.lock();
  }
}

void Teller::tell_now(Group& group) {
  auto& [outcome, callers] = group;
  if (!outcome.events.empty()) {
    for (auto* sink : sinks_) sink->on_commit(outcome.events);
  }
  for (const auto& [kind, paused] : outcome.pauses) {
    for (auto* sink : sinks_) sink->on_pause(kind, paused);
  }
  for (std::size_t i = 0; i < callers.size(); ++i) {
    if (outcome.failure) {
      callers[i](*outcome.failure);
    } else {
      callers[i](std::move(outcome.outcomes[i]));
    }
  }
}

}  // namespace jobcast
