#include "store/progress_throttle.hpp"

#include <algorithm>
#include <utility>

namespace jobcast {
namespace {

void overlay(Progress& below, const Progress& above) {
  if (above.percent) below.percent = above.percent;
  if (above.total_chunks) below.total_chunks = above.total_chunks;
  if (above.processed_chunks) below.processed_chunks = above.processed_chunks;
  if (above.message) below.message = above.message;
}

}  // namespace

ProgressThrottle::ProgressThrottle(double per_second) {
  using std::chrono::steady_clock;
  if (per_second <= 0) return;
  // A rate so low that a day passes between two events needs no exact interval, only one that doesn't overflow.
  const std::chrono::duration<double> interval(std::min(1.0 / per_second, 86'400.0));
  interval_ = std::chrono::ceil<steady_clock::duration>(interval);
}

std::optional<Progress> ProgressThrottle::report(const JobId& job, const Progress& progress, Time now) {
  if (interval_ == interval_.zero()) return progress;
  const auto* known = entries_.find(job);
  if (known == nullptr) {
    set(job, {now, std::nullopt});
    return progress;
  }
  Reports reports = known->value;
  Progress newest = reports.waiting.value_or(Progress{});
  overlay(newest, progress);
  if (now >= reports.last + interval_) {
    set(job, {now, std::nullopt});
    return newest;
  }
  reports.waiting = std::move(newest);
  set(job, std::move(reports));
  return std::nullopt;
}

const Progress* ProgressThrottle::waiting(const JobId& job) const {
  const auto* known = entries_.find(job);
  return known != nullptr && known->value.waiting ? &*known->value.waiting : nullptr;
}

std::optional<Progress> ProgressThrottle::finish(const JobId& job) {
  const auto* known = entries_.find(job);
  if (known == nullptr) return std::nullopt;
  auto waiting = known->value.waiting;
  entries_.erase(job);
  return waiting;
}

std::optional<Progress> ProgressThrottle::take(const JobId& job, Time now) {
  const auto* known = entries_.find(job);
  if (known == nullptr || !known->value.waiting) return std::nullopt;
  auto waiting = known->value.waiting;
  set(job, {now, std::nullopt});
  return waiting;
}

void ProgressThrottle::set(const JobId& job, Reports reports) {
  const auto due = reports.waiting ? std::optional(reports.last + interval_) : std::nullopt;
  entries_.set(job, {std::move(reports), due});
}

}  // namespace jobcast
