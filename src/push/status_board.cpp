#include "push/status_board.hpp"

#include <algorithm>
#include <limits>

#include "jobcast/limits.hpp"

#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

std::int64_t second_of(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// From when a job that never ran could have run: it was created, or told to wait until then.
Timestamp ready_since(const Job& job) {
  auto ready = job.created_at;
  if (job.run_at) ready = std::max(ready, *job.run_at);
  return ready;
}

}  // namespace

const std::string& StatusBoard::Entry::status_answer(const QueueState& place) const {
  if (!status_answer_.empty() && place == answered_place_) return status_answer_;
  status_answer_ = "{\"job\":";
  status_answer_ += *json;
  tell_place(status_answer_, place);
  status_answer_ += answer_end;
  answered_place_ = place;
  return status_answer_;
}

StatusBoard::StatusBoard(const StoreSnapshot& snapshot) : counts_(snapshot.counts), head_(snapshot.head) {
  for (const auto& job : snapshot.newest) {
    put(std::make_shared<const Job>(job), std::make_shared<const std::string>(job_json(job)));
  }
}

void StatusBoard::put(std::shared_ptr<const Job> job, std::shared_ptr<const std::string> json) {
  const Seq key = job->created_seq;
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= limits::board_jobs) {
      const Seq oldest = std::prev(entries_.end())->first;
      if (key < oldest) return;  // an older job moved: the database has it
      erase(oldest);
    }
    by_id_.emplace(job->id, key);
    by_name_.emplace(job->filename, key);
  }
  Entry entry;
  entry.job = std::move(job);
  entry.json = std::move(json);
  entries_.insert_or_assign(key, std::move(entry));
}

void StatusBoard::erase(Seq created_seq) {
  const auto found = entries_.find(created_seq);
  if (found == entries_.end()) return;
  by_id_.erase(found->second.job->id);
  by_name_.erase({found->second.job->filename, created_seq});
  entries_.erase(found);
}

void StatusBoard::apply(const FramedEvent& framed) {
  const auto& event = *framed.event;
  head_ = event.job.seq;
  counts_ = framed.counts;
  record(event);
  if (event.type == EventType::deleted) {
    erase(event.job.created_seq);
  } else {
    put(std::shared_ptr<const Job>(framed.event, &event.job), framed.job_json);
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
  return found == by_id_.end() ? nullptr : &entries_.find(found->second)->second;
}

const StatusBoard::Entry* StatusBoard::newest_named(std::string_view filename) const {
  const auto seq = newest_named_at(filename, std::numeric_limits<Seq>::max());
  return seq == 0 ? nullptr : &entries_.find(seq)->second;
}

const StatusBoard::Entry* StatusBoard::find(const JobRef& ref) const {
  if (const auto* id = std::get_if<JobId>(&ref)) return find(*id);
  return newest_named(std::get<std::string>(ref));
}

Seq StatusBoard::newest_named_at(std::string_view filename, Seq seq) const {
  auto after = by_name_.upper_bound(std::pair<std::string, Seq>(filename, seq));
  if (after == by_name_.begin()) return 0;
  --after;
  return after->first == filename ? after->second : 0;
}

std::vector<const StatusBoard::Entry*> StatusBoard::newest(std::size_t limit, std::optional<JobStatus> status) const {
  std::vector<const Entry*> found;
  found.reserve(std::min(limit, entries_.size()));
  for (const auto& [seq, entry] : entries_) {
    if (found.size() == limit) break;
    if (!status || entry.job->status == *status) found.push_back(&entry);
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
