#include "work/retention.hpp"

#include <spdlog/spdlog.h>

#include "jobcast/limits.hpp"

#include "work/store_calls.hpp"

namespace jobcast {
namespace {

using std::chrono::milliseconds;

/// A step takes some milliseconds of the writer's time; so retention takes a few percent of it at most.
constexpr milliseconds pause_between_steps(50);
constexpr milliseconds pause_when_done(60'000);

}  // namespace

Retention::Retention(JobStore& store, const DataDirectory& data, const Clock& clock, RetentionConfig config)
    : store_(store), data_(data), clock_(clock), config_(config) {}

Retention::~Retention() {
  stop();
}

void Retention::start() {
  thread_ = std::thread([this] { run(); });
}

void Retention::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Retention::run() {
  auto pause = pause_between_steps;
  std::size_t deleted = 0;
  while (wait(pause)) {
    const auto step = submit_and_wait(store_, next_step());
    const bool goes_on = step && step->affected > 0;
    if (step) {
      for (const auto& job : step->jobs) data_.remove_files_of(job.id);
      deleted += step->jobs.size();
    }
    if (!goes_on && deleted > 0) {
      spdlog::info("retention: {} old jobs were deleted", deleted);
      deleted = 0;
    }
    pause = goes_on ? pause_between_steps : pause_when_done;
  }
}

Prune Retention::next_step() const {
  const auto now = clock_.timestamp();
  return {now - config_.finished, now - config_.events, now - limits::idempotency_key_kept};
}

/// False when it is time to stop.
bool Retention::wait(milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace jobcast
