#include "store/progress_throttle.hpp"

#include <algorithm>
#include <ranges>

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
  const auto found = entries_.find(job);
  if (found == entries_.end()) {
    change(job, Entry{now, std::nullopt});
    return progress;
  }
  Entry entry = found->second;
  Progress newest = entry.waiting.value_or(Progress{});
  overlay(newest, progress);
  const bool now_due = now >= due_time(entry);
  if (now_due) {
    entry = {now, std::nullopt};
  } else {
    entry.waiting = newest;
  }
  change(job, std::move(entry));
  if (now_due) return newest;
  return std::nullopt;
}

const Progress* ProgressThrottle::waiting(const JobId& job) const {
  const auto found = entries_.find(job);
  return found != entries_.end() && found->second.waiting ? &*found->second.waiting : nullptr;
}

std::optional<Progress> ProgressThrottle::finish(const JobId& job) {
  const auto found = entries_.find(job);
  if (found == entries_.end()) return std::nullopt;
  auto waiting = found->second.waiting;
  change(job, std::nullopt);
  return waiting;
}

std::vector<JobId> ProgressThrottle::due(Time now) const {
  std::vector<JobId> jobs;
  for (const auto& [time, job] : due_) {
    if (time > now) break;
    jobs.push_back(job);
  }
  return jobs;
}

std::vector<JobId> ProgressThrottle::all_waiting() const {
  const auto jobs = due_ | std::views::values;
  return {jobs.begin(), jobs.end()};
}

std::optional<Progress> ProgressThrottle::take(const JobId& job, Time now) {
  const auto found = entries_.find(job);
  if (found == entries_.end() || !found->second.waiting) return std::nullopt;
  auto waiting = found->second.waiting;
  change(job, Entry{now, std::nullopt});
  return waiting;
}

std::optional<ProgressThrottle::Time> ProgressThrottle::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

void ProgressThrottle::undo_to(std::size_t mark) {
  while (undo_.size() > mark) {
    auto [job, entry] = std::move(undo_.back());
    undo_.pop_back();
    assign(job, std::move(entry));
  }
}

void ProgressThrottle::change(const JobId& job, std::optional<Entry> entry) {
  const auto found = entries_.find(job);
  undo_.emplace_back(job, found == entries_.end() ? std::nullopt : std::optional(found->second));
  assign(job, std::move(entry));
}

void ProgressThrottle::assign(const JobId& job, std::optional<Entry> entry) {
  if (const auto found = entries_.find(job); found != entries_.end()) {
    if (found->second.waiting) due_.erase({due_time(found->second), job});
    entries_.erase(found);
  }
  if (!entry) return;
  if (entry->waiting) due_.emplace(due_time(*entry), job);
  entries_.emplace(job, std::move(*entry));
}

}  // namespace jobcast
