#include "push/queue_board.hpp"

#include <algorithm>
#include <vector>

namespace jobcast::push {
namespace {

using Span = QueueBoard::Span;

/// When a waiting job may start; the past where it waits for no time.
Timestamp may_start(const Job& job) {
  return std::max(job.next_retry_at.value_or(Timestamp::min()), job.run_at.value_or(Timestamp::min()));
}

/// A moment that the wall clock told, by the monotonic clock. The wall clock may have jumped since: never after now.
std::chrono::steady_clock::time_point steady_at(Timestamp wall, QueueMoment now) {
  return now.steady - std::max(now.wall - wall, Timestamp::duration::zero());
}

bool same_progress(const QueueBoard::Run& run, const Job& job) {
  return run.percent == job.progress && run.total_chunks == job.total_chunks &&
         run.processed_chunks == job.processed_chunks;
}

void take_progress(QueueBoard::Run& run, const Job& job) {
  run.percent = job.progress;
  run.total_chunks = job.total_chunks;
  run.processed_chunks = job.processed_chunks;
}

}  // namespace

QueueBoard::QueueBoard(const QueueSetup& setup, const StoreSnapshot& snapshot, QueueMoment now)
    : workers_(std::max(setup.workers, 1U)), paused_(snapshot.paused) {
  for (const auto& [name, lanes] : setup.kinds) {
    auto& kind = kinds_[lanes.external ? 1 : 0][name];
    kind.name = name;
    kind.lanes = lanes;
    kind.configured = true;
    kind.paused = is_paused(name);
  }
  remember(snapshot);
  for (const auto& job : snapshot.active) {
    put_active(job, now);
    if (job.status == JobStatus::processing) resume_run(job, now);
  }
}

/// Progress is not in the snapshot: only how long the attempts took.
void QueueBoard::remember(const StoreSnapshot& snapshot) {
  std::vector<const Job*> completed;
  for (const auto& job : snapshot.newest) {
    if (job.status == JobStatus::completed && job.started_at && job.processed_at) completed.push_back(&job);
  }
  std::sort(completed.begin(), completed.end(),
            [](const Job* a, const Job* b) { return *a->processed_at < *b->processed_at; });
  for (const auto* job : completed) {
    auto& kinds = kinds_[job->external ? 1 : 0];
    const auto kind = kinds.find(job->kind);
    if (kind == kinds.end()) continue;
    kind->second.history.add(std::max(*job->processed_at - *job->started_at, Timestamp::duration::zero()), {});
  }
}

/// An attempt that was running before this board was made.
void QueueBoard::resume_run(const Job& job, QueueMoment now) {
  auto& entry = entries_.at(job.created_seq);
  auto& run = *entry.run;
  entry.kind->running.erase({run.started, job.created_seq});
  run.started = steady_at(job.started_at.value_or(job.updated_at), now);
  run.changed = std::max(run.started, steady_at(job.updated_at, now));
  run.seen_whole = false;
  entry.kind->running.insert({run.started, job.created_seq});
}

// ---- events

void QueueBoard::apply(const JobEvent& event, QueueMoment now) {
  const auto& job = event.job;
  if (event.type == EventType::deleted || is_final(job.status)) {
    return end(job.created_seq, event.type != EventType::deleted && job.status == JobStatus::completed, now);
  }
  const auto found = entries_.find(job.created_seq);
  const auto* run = found == entries_.end() ? nullptr : found->second.run.get();
  if (run == nullptr || job.status != JobStatus::processing || run->attempt != job.attempt) {
    return put_active(job, now);
  }
  if (same_progress(*run, job)) return;
  auto& changing = *found->second.run;
  changing.longest_gap = std::max(changing.longest_gap, now.steady - changing.changed);
  changing.changed = now.steady;
  take_progress(changing, job);
}

void QueueBoard::put_active(const Job& job, QueueMoment now) {
  const auto [found, is_new] = entries_.try_emplace(job.created_seq);
  auto& entry = found->second;
  if (is_new) {
    entry.id = job.id;
    entry.kind = &kind_of(job);
    entry.turn = {job.priority, job.created_seq};
  } else {
    take_out(entry);
  }
  entry.moved_seq = job.seq;
  place(job, now);
}

void QueueBoard::place(const Job& job, QueueMoment now) {
  auto& entry = entries_.at(job.created_seq);
  auto& kind = *entry.kind;
  if (job.status == JobStatus::processing) {
    entry.place = Place::running;
    entry.run = std::make_unique<Run>();
    entry.run->started = now.steady;
    entry.run->changed = now.steady;
    entry.run->attempt = job.attempt;
    take_progress(*entry.run, job);
    kind.running.insert({now.steady, job.created_seq});
    return;
  }
  entry.until = may_start(job);
  if (entry.until > now.wall) {
    entry.place = Place::delayed;
    kind.delayed += 1;
    delayed_.emplace(entry.until, job.created_seq);
  } else {
    entry.place = Place::ready;
    kind.ready.insert(entry.turn);
  }
}

void QueueBoard::take_out(Entry& entry) {
  auto& kind = *entry.kind;
  switch (entry.place) {
    case Place::ready:
      kind.ready.erase(entry.turn);
      break;
    case Place::delayed:
      kind.delayed -= 1;
      delayed_.erase({entry.until, entry.turn.created_seq});
      break;
    case Place::running:
      kind.running.erase({entry.run->started, entry.turn.created_seq});
      entry.run.reset();
      break;
  }
}

void QueueBoard::end(Seq created_seq, bool completed, QueueMoment now) {
  const auto found = entries_.find(created_seq);
  if (found == entries_.end()) return;
  auto& entry = found->second;
  auto& kind = *entry.kind;
  if (completed && entry.run) {
    const auto& run = *entry.run;
    const auto gap = std::max(run.longest_gap, now.steady - run.changed);
    kind.history.add(now.steady - run.started, run.seen_whole ? std::optional(gap) : std::nullopt);
  }
  take_out(entry);
  entries_.erase(found);
  forget_if_idle(kind);
}

void QueueBoard::release(Timestamp now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    auto& entry = entries_.at(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
    entry.place = Place::ready;
    entry.kind->delayed -= 1;
    entry.kind->ready.insert(entry.turn);
  }
}

// ---- kinds

QueueBoard::Kind& QueueBoard::kind_of(const Job& job) {
  const auto [found, is_new] = kinds_[job.external ? 1 : 0].try_emplace(job.kind);
  auto& kind = found->second;
  if (is_new) {
    kind.name = job.kind;
    kind.lanes.external = job.external;
    kind.paused = is_paused(job.kind);
  }
  return kind;
}

void QueueBoard::forget_if_idle(const Kind& kind) {
  if (kind.configured || !kind.is_idle()) return;
  auto& kinds = kinds_[kind.lanes.external ? 1 : 0];
  kinds.erase(kinds.find(kind.name));
}

void QueueBoard::set_paused(std::string_view name, bool paused) {
  paused_.set(name, paused);
  for (auto& kinds : kinds_) {
    if (const auto kind = kinds.find(name); kind != kinds.end()) kind->second.paused = paused;
  }
}

// ---- looking

const QueueBoard::Entry* QueueBoard::find(Seq created_seq) const {
  const auto found = entries_.find(created_seq);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace jobcast::push
