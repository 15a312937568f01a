#include "work/running_attempts.hpp"

#include <utility>
#include <vector>

namespace jobcast {

void RunningAttempts::apply(const JobEvent& event) {
  if (event.type == EventType::progress || event.type == EventType::created || event.job.external) return;
  const bool runs = event.type == EventType::moved && event.job.status == JobStatus::processing;

  std::optional<std::stop_source> over;  // requested without the lock: its callbacks are not ours
  {
    const std::lock_guard lock(mutex_);
    const auto known = attempts_.find(event.job.id);
    if (known != attempts_.end() && !(runs && known->second.number == event.job.attempt)) {
      over = std::move(known->second.stop);
      attempts_.erase(known);
    }
    if (runs) {
      const auto [attempt, is_new] = attempts_.try_emplace(event.job.id);
      attempt->second.number = event.job.attempt;
      if (is_new && stopping_) attempt->second.stop.request_stop();
    }
  }
  if (over) over->request_stop();
}

std::optional<std::stop_source> RunningAttempts::find(const JobId& id, std::int64_t attempt) const {
  const std::lock_guard lock(mutex_);
  const auto known = attempts_.find(id);
  if (known == attempts_.end() || known->second.number != attempt) return std::nullopt;
  return known->second.stop;
}

void RunningAttempts::stop_all() {
  std::vector<std::stop_source> all;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [id, attempt] : attempts_) all.push_back(attempt.stop);
  }
  for (auto& stop : all) stop.request_stop();
}

}  // namespace jobcast
