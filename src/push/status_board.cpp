#include "push/status_board.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>

#include "jobcast/limits.hpp"

#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

std::int64_t second_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::size_t hash_of(std::string_view filename) {
  return std::hash<std::string_view>()(filename);
}

}  // namespace

Timestamp ready_since(const Job& job) {
  return job.run_at ? std::max(job.created_at, *job.run_at) : job.created_at;
}

const std::shared_ptr<const TaggedText>& StatusBoard::Entry::status_answer(const QueueState& place) const {
  if (status_answer_ && place == answered_place_) return status_answer_;
  std::string text = "{\"job\":";
  text += json();
  tell_place(text, place);
  text += answer_end;
  status_answer_ = std::make_shared<const TaggedText>(std::move(text));
  answered_place_ = place;
  return status_answer_;
}

StatusBoard::StatusBoard(const StartState& start) : counts_(start.store.counts), head_(start.store.head) {
  for (auto job = start.newest.rbegin(); job != start.newest.rend(); ++job) put(*job);
}

void StatusBoard::put(const FramedEventPtr& framed) {
  const auto& job = framed->event->job;
  if (const auto found = by_id_.find(job.id); found != by_id_.end()) {
    *found->second = Entry(framed);
  } else if (job.created_seq > newest_created_seq_) {
    insert_newest(framed);
  }
  // An older job that moved: the database has it, and perhaps newer ones of its name.
}

void StatusBoard::insert_newest(const FramedEventPtr& framed) {
  const auto& job = framed->event->job;
  if (entries_.size() >= limits::board_jobs) {
    const auto oldest = entries_.back().job().id;
    erase(oldest);
  }
  newest_created_seq_ = job.created_seq;
  entries_.emplace_front(framed);
  by_id_.emplace(job.id, entries_.begin());
  by_name_.emplace(NameKey(hash_of(job.filename), job.created_seq), &entries_.front());
}

void StatusBoard::erase(const JobId& id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  const auto entry = found->second;
  by_id_.erase(found);
  by_name_.erase(NameKey(hash_of(entry->job().filename), entry->job().created_seq));
  entries_.erase(entry);
}

void StatusBoard::apply(const FramedEventPtr& framed) {
  const auto& event = *framed->event;
  head_ = event.job.seq;
  counts_ = framed->counts;
  record(event);
  if (event.type == EventType::deleted) {
    erase(event.job.id);
  } else {
    put(framed);
  }
}

void StatusBoard::record(const JobEvent& event) {
  if (event.type != EventType::moved) return;
  const auto at = second_of(event.at);
  auto& second = seconds_[static_cast<std::size_t>(at) % seconds_.size()];
  if (second.at != at) second = Second{at};
  if (is_final(event.job.status)) ++second.finished;
  if (event.job.status == JobStatus::processing && event.previous_status == JobStatus::pending) {
    ++second.started;
    if (event.job.attempt == 1) {
      ++second.waited;
      second.wait_ms += std::max<std::int64_t>((event.at - ready_since(event.job)).count(), 0);
    }
  }
}

const StatusBoard::Entry* StatusBoard::find(const JobId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &*found->second;
}

const StatusBoard::Entry* StatusBoard::newest_named(std::string_view filename) const {
  return newest_named_until(filename, std::numeric_limits<Seq>::max());
}

const StatusBoard::Entry* StatusBoard::find(const JobRef& ref) const {
  if (const auto* id = std::get_if<JobId>(&ref)) return find(*id);
  return newest_named(std::get<std::string>(ref));
}

Seq StatusBoard::newest_named_at(std::string_view filename, Seq seq) const {
  const auto* entry = newest_named_until(filename, seq);
  return entry == nullptr ? 0 : entry->job().created_seq;
}

const StatusBoard::Entry* StatusBoard::newest_named_until(std::string_view filename, Seq seq) const {
  const auto hash = hash_of(filename);
  auto at = by_name_.upper_bound(NameKey(hash, seq));
  while (at != by_name_.begin()) {
    --at;
    if (at->first.first != hash) break;
    if (at->second->job().filename == filename) return at->second;
  }
  return nullptr;
}

std::vector<const StatusBoard::Entry*> StatusBoard::newest(std::size_t limit, std::optional<JobStatus> status) const {
  std::vector<const Entry*> found;
  found.reserve(std::min(limit, entries_.size()));
  for (const auto& entry : entries_) {
    if (found.size() == limit) break;
    if (!status || entry.job().status == *status) found.push_back(&entry);
  }
  return found;
}

RecentActivity StatusBoard::recent_activity(Timestamp now) const {
  RecentActivity activity;
  std::int64_t waited = 0;
  std::int64_t wait_ms = 0;
  const auto present = second_of(now);
  for (const auto& second : seconds_) {
    if (second.at <= present - 60 || second.at > present) continue;
    activity.finished += second.finished;
    activity.started += second.started;
    waited += second.waited;
    wait_ms += second.wait_ms;
  }
  if (waited > 0) activity.wait_ms_mean = wait_ms / waited;
  return activity;
}

}  // namespace jobcast::push
