#include "work/scheduler.hpp"

#include <algorithm>

namespace jobcast {

void Scheduler::put(const Job& job) {
  const auto known = entries_.find(job.id);
  if (known != entries_.end() && known->second.seq > job.seq) return;
  remove(job.id);
  if (job.status != JobStatus::pending || job.external) return;

  Entry entry;
  entry.delay.until = std::max(job.next_retry_at.value_or(Timestamp::min()), job.run_at.value_or(Timestamp::min()));
  entry.delay.turn = {job.priority, job.created_seq, job.id};
  entry.seq = job.seq;
  if (entry.delay.until == Timestamp::min()) {
    entry.place = Place::ready;
    ready_.insert(entry.delay.turn);
  } else {
    delayed_.insert(entry.delay);
  }
  entries_.emplace(job.id, entry);
}

void Scheduler::apply(const JobEvent& event) {
  if (event.type == EventType::deleted) {
    remove(event.job.id);
  } else if (event.type != EventType::progress) {
    put(event.job);
  }
}

std::optional<JobId> Scheduler::take(Timestamp now) {
  release_due(now);
  if (ready_.empty()) return std::nullopt;
  const auto id = ready_.begin()->id;
  ready_.erase(ready_.begin());
  entries_.at(id).place = Place::taken;
  return id;
}

void Scheduler::give_back(const JobId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end() || entry->second.place != Place::taken) return;
  entry->second.place = Place::ready;
  ready_.insert(entry->second.delay.turn);
}

void Scheduler::drop(const JobId& id) {
  const auto entry = entries_.find(id);
  if (entry != entries_.end() && entry->second.place == Place::taken) entries_.erase(entry);
}

std::optional<Timestamp> Scheduler::next_start() const {
  if (!ready_.empty()) return Timestamp::min();
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->until;
}

void Scheduler::remove(const JobId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  take_out(entry->second);
  entries_.erase(entry);
}

void Scheduler::take_out(const Entry& entry) {
  if (entry.place == Place::ready) ready_.erase(entry.delay.turn);
  if (entry.place == Place::delayed) delayed_.erase(entry.delay);
}

void Scheduler::release_due(Timestamp now) {
  while (!delayed_.empty() && delayed_.begin()->until <= now) {
    const auto turn = delayed_.begin()->turn;
    delayed_.erase(delayed_.begin());
    ready_.insert(turn);
    entries_.at(turn.id).place = Place::ready;
  }
}

}  // namespace jobcast
