// Shard: how streams open and catch up.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "jobcast/limits.hpp"

#include "base/random.hpp"
#include "push/job_json.hpp"
#include "push/shard.hpp"
#include "push/snapshot.hpp"

namespace jobcast::push {

namespace asio = boost::asio;

// ---- how a stream of chosen jobs begins

Seq Shard::watched_at(const std::string& filename, Seq after) const {
  auto watched = board_.newest_named_at(filename, after);
  // The job watched then may have been deleted since: it is not on the board any more.
  for (auto at = recent_.first_after(after); at != recent_.end(); ++at) {
    const auto& event = *(*at)->event;
    if (event.type == EventType::deleted && event.job.created_seq <= after && event.job.filename == filename) {
      watched = std::max(watched, event.job.created_seq);
    }
  }
  return watched;
}

std::optional<Opening> Shard::opening_from_memory(const std::vector<JobRef>& refs, std::optional<Seq> after) const {
  // All numbers of this start up to the head are known; those of earlier ones the log has to look up.
  if (after && (*after < first_seq_ || *after < recent_.complete_after() || *after > board_.head())) return {};
  Opening opening;
  opening.head = board_.head();
  opening.after_is_known = after.has_value();
  for (const auto& ref : refs) {
    const auto* entry = board_.find(ref);
    if (entry == nullptr) return {};
    OpeningTarget target;
    target.present = entry->job();
    target.watched_created_seq = entry->job().created_seq;
    if (const auto* filename = std::get_if<std::string>(&ref); filename != nullptr && after) {
      target.watched_created_seq = watched_at(*filename, *after);
    }
    opening.targets.push_back(std::move(target));
  }
  return opening;
}

void Shard::plan(std::vector<JobRef> refs, std::optional<Seq> after, std::function<void(result<OpeningPlan>)> done) {
  if (const auto opening = opening_from_memory(refs, after)) {
    auto view = queue();
    return done(plan_opening(refs, *opening, after, clock_.timestamp(), &view));
  }
  log_.open(refs, after, [this, refs, after, done = std::move(done)](result<Opening> opening) {
    asio::post(context_, [this, refs, after, done, opening = std::move(opening)] {
      if (!opening) return done(opening.error());
      auto view = queue();
      done(plan_opening(refs, *opening, after, clock_.timestamp(), &view));
    });
  });
}

// ---- opening

Shard::Membership& Shard::add(std::shared_ptr<Stream> stream, const Greeting& greeting) {
  auto& membership = streams_[stream.get()];
  membership.stream = stream;
  membership.permit = greeting.permit;
  open_.store(streams_.size(), std::memory_order_relaxed);
  counters_.open[static_cast<std::size_t>(stream->kind())].fetch_add(1, std::memory_order_relaxed);
  heartbeat_slots_[present_slot_].push_back(stream);

  const std::chrono::milliseconds retry(random_between(1'500, 2'500));
  stream->delivery().push_head(greeting.head);
  stream->delivery().push(
      make_frame(connection_payload(greeting.client_id, greeting.filename, clock_.timestamp(), retry)));
  stream->start();
  return membership;
}

void Shard::open_chosen(TcpSocket socket, StreamKind kind, const Greeting& greeting, OpeningPlan plan) {
  auto stream = std::make_shared<ChosenStream>(host(), std::move(socket), kind, greeting.chunked,
                                               std::move(plan.chosen), plan.cursor);
  add(stream, greeting).chosen = stream.get();
  for (auto& frame : plan.frames) stream->delivery().push(std::move(frame));
  index_.add(*stream, stream->chosen().refs());
  catch_up(*stream);
}

void Shard::open_snapshots(TcpSocket socket, StreamKind kind, const Greeting& greeting, const SnapshotKey& key) {
  const auto stream = std::make_shared<Stream>(host(), std::move(socket), kind, greeting.chunked);
  add(stream, greeting).group = key;
  group(key).add(*stream);
  stream->flush();
}

void Shard::open_delta(TcpSocket socket, const Greeting& greeting, const SnapshotKey& key) {
  const auto stream = std::make_shared<Stream>(host(), std::move(socket), StreamKind::admin, greeting.chunked);
  add(stream, greeting).delta = true;
  counters_.open_delta.fetch_add(1, std::memory_order_relaxed);
  deltas_.push_back(stream.get());
  stream->delivery().push(snapshot_frame(key));
  stream->flush();
}

SnapshotGroup& Shard::group(const SnapshotKey& key) {
  const auto found = groups_.find(key);
  if (found != groups_.end()) return found->second;
  const SnapshotGroup::Clock::duration interval = key.kind == SnapshotKind::dashboard
                                                      ? SnapshotGroup::Clock::duration(limits::dashboard_interval)
                                                      : SnapshotGroup::Clock::duration(limits::summary_interval);
  return groups_.try_emplace(key, context_, interval, [this, key] { return snapshot_frame(key); }).first->second;
}

FramePtr Shard::snapshot_frame(const SnapshotKey& key) const {
  const auto now = clock_.timestamp();
  if (key.kind == SnapshotKind::summary) return make_frame(summary_payload(board_, key, now));
  ServerFacts facts;
  for (std::size_t i = 0; i < stream_kind_count; ++i) {
    facts.streams[i] = counters_.open[i].load(std::memory_order_relaxed);
  }
  facts.uptime = std::chrono::duration_cast<std::chrono::seconds>(clock_.steady_now() - started_at_);
  return make_frame(dashboard_payload(board_, key, facts, now));
}

// ---- catching up

void Shard::catch_up(ChosenStream& stream) {
  if (stream.cursor() < recent_.complete_after()) return read_window(stream);
  if (!take_recent(stream)) return stream.flush();  // it goes on when the client has taken this (on_drained)
  stream.go_live();
  finish_if_over(stream);
}

bool Shard::take_recent(ChosenStream& stream) {
  for (auto at = recent_.first_after(stream.cursor()); at != recent_.end(); ++at) {
    if (stream.delivery().waiting_bytes() >= limits::replay_window_bytes) return false;
    stream.take(*(*at)->event, [&] { return chosen_frame(*at); });
  }
  stream.skip_to(board_.head());
  return true;
}

void Shard::finish_if_over(ChosenStream& stream) {
  if (stream.chosen().all_over()) {
    stream.finish();
  } else {
    stream.flush();
  }
}

void Shard::read_window(ChosenStream& stream) {
  stream.set_reading(true);
  ReplayQuery query;
  query.targets = stream.chosen().refs();
  query.watched_created_seq = stream.chosen().watched_created_seq();
  query.after = stream.cursor();
  query.max_events = limits::replay_window_events;
  query.max_bytes = limits::replay_window_bytes;
  const auto self = std::static_pointer_cast<ChosenStream>(stream.shared_from_this());
  log_.replay(std::move(query), [this, self](result<ReplayWindow> window) {
    asio::post(context_, [this, self, window = std::move(window)] {
      self->set_reading(false);
      if (self->is_open() && !self->is_ending()) take_window(*self, window);
    });
  });
}

void Shard::take_window(ChosenStream& stream, const result<ReplayWindow>& window) {
  if (!window) {
    // The client comes back by itself, with its last id, when the database may be there again.
    spdlog::warn("stream closed: the event log can't be read: {}", window.error().message);
    return stream.finish();
  }
  for (const auto& event : window->events) {
    stream.take(*event, [&] { return make_frame(event_payload(*event, job_json(event->job))); });
  }
  stream.skip_to(window->through);
  // The next window is read when the client has taken this one.
  if (stream.cursor() < recent_.complete_after()) return stream.flush();
  catch_up(stream);
}

}  // namespace jobcast::push
