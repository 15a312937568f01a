#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "jobcast/job_id.hpp"

namespace jobcast {

/// What is remembered of some jobs, each perhaps until a moment when something is due. For one thread.
///
/// Changes can be taken back together with a transaction: undo_to(mark()) or, once it is committed, keep().
template <class Value>
class TimedEntries {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Entry {
    Value value;
    std::optional<Time> due;  ///< none: nothing will be due
  };

  /// Null where nothing is remembered of the job; else valid until the next change.
  [[nodiscard]] const Entry* find(const JobId& job) const {
    const auto found = entries_.find(job);
    return found == entries_.end() ? nullptr : &found->second;
  }

  void set(const JobId& job, Entry entry) { change(job, std::move(entry)); }

  /// Nothing happens where nothing is remembered.
  void erase(const JobId& job) {
    if (entries_.contains(job)) change(job, std::nullopt);
  }

  /// The jobs that are due, the earliest first.
  [[nodiscard]] std::vector<JobId> due(Time now) const {
    std::vector<JobId> jobs;
    for (const auto& [time, job] : due_) {
      if (time > now) break;
      jobs.push_back(job);
    }
    return jobs;
  }

  /// The jobs that will be due some time, the earliest first.
  [[nodiscard]] std::vector<JobId> all_due() const { return due(Time::max()); }

  [[nodiscard]] std::optional<Time> next_due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  [[nodiscard]] std::size_t mark() const { return undo_.size(); }

  void undo_to(std::size_t mark) {
    while (undo_.size() > mark) {
      auto [job, entry] = std::move(undo_.back());
      undo_.pop_back();
      assign(job, std::move(entry));
    }
  }

  void keep() { undo_.clear(); }

 private:
  void change(const JobId& job, std::optional<Entry> entry) {
    const auto found = entries_.find(job);
    undo_.emplace_back(job, found == entries_.end() ? std::nullopt : std::optional(found->second));
    assign(job, std::move(entry));
  }

  void assign(const JobId& job, std::optional<Entry> entry) {
    if (const auto found = entries_.find(job); found != entries_.end()) {
      if (found->second.due) due_.erase({*found->second.due, job});
      entries_.erase(found);
    }
    if (!entry) return;
    if (entry->due) due_.emplace(*entry->due, job);
    entries_.emplace(job, std::move(*entry));
  }

  std::unordered_map<JobId, Entry> entries_;
  std::set<std::pair<Time, JobId>> due_;
  std::vector<std::pair<JobId, std::optional<Entry>>> undo_;  ///< what stood there before each change
};

}  // namespace jobcast
