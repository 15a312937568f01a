#include "work/scheduler.hpp"

#include <algorithm>
#include <vector>

namespace jobcast {

void Scheduler::put(const Job& job) {
  const auto known = entries_.find(job.id);
  if (known != entries_.end() && known->second.seq > job.seq) return;
  remove(job.id);
  if (job.status != JobStatus::pending || job.external != (side_ == Side::outside)) return;

  Entry entry;
  entry.delay.until = std::max(job.next_retry_at.value_or(Timestamp::min()), job.run_at.value_or(Timestamp::min()));
  entry.delay.turn = {job.priority, job.created_seq, job.id};
  entry.kind = job.kind;
  entry.seq = job.seq;
  entry.backs_off = job.next_retry_at == entry.delay.until;
  if (entry.delay.until == Timestamp::min()) {
    make_ready(entry);
  } else {
    delayed_.insert(entry.delay);
  }
  entries_.emplace(job.id, std::move(entry));
}

void Scheduler::apply(const JobEvent& event) {
  if (event.type == EventType::deleted) {
    remove(event.job.id);
  } else if (event.type != EventType::progress) {
    put(event.job);
  }
}

std::optional<Scheduler::Taken> Scheduler::take(Timestamp now, const Admits& admits) {
  release_due(now);
  auto first = ready_.end();
  for (auto kind = ready_.begin(); kind != ready_.end(); ++kind) {
    const bool is_earlier = first == ready_.end() || *kind->second.begin() < *first->second.begin();
    if (is_earlier && admits(kind->first)) first = kind;
  }
  if (first == ready_.end()) return std::nullopt;
  auto& entry = entries_.at(first->second.begin()->id);
  take_out(entry);
  entry.place = Place::taken;
  return Taken{entry.delay.turn.id, entry.kind};
}

void Scheduler::give_back(const JobId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end() || entry->second.place != Place::taken) return;
  make_ready(entry->second);
}

void Scheduler::drop(const JobId& id) {
  const auto entry = entries_.find(id);
  if (entry != entries_.end() && entry->second.place == Place::taken) entries_.erase(entry);
}

std::optional<Timestamp> Scheduler::next_due() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->until;
}

void Scheduler::clock_was_set(std::chrono::milliseconds by) {
  std::vector<JobId> moved;
  for (const auto& delay : delayed_) {
    if (entries_.at(delay.turn.id).backs_off) moved.push_back(delay.turn.id);
  }
  for (const auto& id : moved) {
    auto& entry = entries_.at(id);
    delayed_.erase(entry.delay);
    entry.delay.until += by;
    delayed_.insert(entry.delay);
  }
}

void Scheduler::make_ready(Entry& entry) {
  entry.place = Place::ready;
  ready_[entry.kind].insert(entry.delay.turn);
  ready_count_ += 1;
}

void Scheduler::remove(const JobId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  take_out(entry->second);
  entries_.erase(entry);
}

void Scheduler::take_out(const Entry& entry) {
  if (entry.place == Place::delayed) delayed_.erase(entry.delay);
  if (entry.place != Place::ready) return;
  const auto kind = ready_.find(entry.kind);
  kind->second.erase(entry.delay.turn);
  if (kind->second.empty()) ready_.erase(kind);
  ready_count_ -= 1;
}

void Scheduler::release_due(Timestamp now) {
  while (!delayed_.empty() && delayed_.begin()->until <= now) {
    auto& entry = entries_.at(delayed_.begin()->turn.id);
    delayed_.erase(delayed_.begin());
    make_ready(entry);
  }
}

}  // namespace jobcast
