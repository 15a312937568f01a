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

/// All numbers of this start up to the head are, and those in the ranges of earlier ones.
bool Shard::is_known(Seq number) const {
  if (number >= first_seq_) return number <= board_.head();
  return std::ranges::any_of(ranges_,
                             [number](const auto& range) { return range.first <= number && number <= range.second; });
}

std::optional<Opening> Shard::opening_from_memory(const std::vector<JobRef>& refs, std::optional<Seq> after) const {
  if (after && (*after < recent_.complete_after() || !is_known(*after))) return {};
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
  PlanKey key(std::move(refs), after);
  if (plans_.board(key, std::move(done))) ask_for_plan(std::move(key));
}

void Shard::ask_for_plan(PlanKey key) {
  auto refs = key.first;
  const auto after = key.second;
  log_.open(std::move(refs), after, [this, key = std::move(key)](result<Opening> opening) {
    asio::post(context_, [this, key, opening = std::move(opening)] { land_plan(key, opening); });
  });
}

void Shard::land_plan(const PlanKey& key, const result<Opening>& opening) {
  const auto landing = plans_.land(key);
  if (landing.ask_again) ask_for_plan(key);
  for (const auto& done : landing.passengers) {
    if (!opening) {
      done(opening.error());
      continue;
    }
    auto view = queue();
    done(plan_opening(key.first, *opening, key.second, clock_.timestamp(), &view));
  }
}

// ---- opening

void Shard::add(const StreamPtr& stream, const Greeting& greeting) {
  streams_.add(stream);
  open_.store(streams_.size(), std::memory_order_relaxed);
  counters_.open[static_cast<std::size_t>(stream->kind())].fetch_add(1, std::memory_order_relaxed);

  const std::chrono::milliseconds retry(random_between(1'500, 2'500));
  stream->delivery().push_head(greeting.head);
  stream->delivery().push(
      make_frame(connection_payload(greeting.client_id, greeting.filename, clock_.timestamp(), retry)));
}

void Shard::open_chosen(Descriptor socket, StreamKind kind, const Greeting& greeting, OpeningPlan plan) {
  const ChosenStreamPtr stream(
      new ChosenStream(host(), std::move(socket), kind, greeting.chunked, std::move(plan.chosen), plan.cursor));
  add(stream, greeting);
  for (auto& frame : plan.frames) stream->delivery().push(std::move(frame));
  index_.add(*stream, stream->chosen().refs());
  stream->start(greeting.permit);
  if (stream->is_open()) catch_up(*stream);
}

void Shard::open_snapshots(Descriptor socket, StreamKind kind, const Greeting& greeting, const SnapshotKey& key) {
  const StreamPtr stream(new Stream(host(), std::move(socket), kind, greeting.chunked));
  add(stream, greeting);
  stream->notes().group = &group(key);
  stream->notes().group->add(*stream);
  stream->start(greeting.permit);
  stream->flush();
}

void Shard::open_delta(Descriptor socket, const Greeting& greeting, const SnapshotKey& key) {
  const StreamPtr stream(new Stream(host(), std::move(socket), StreamKind::admin, greeting.chunked));
  add(stream, greeting);
  counters_.open_delta.fetch_add(1, std::memory_order_relaxed);
  deltas_.push_back(stream.get());
  stream->delivery().push(snapshot_frame(key));
  stream->start(greeting.permit);
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
  tell_queue_at_first(stream);
  finish_if_over(stream);
}

bool Shard::take_recent(ChosenStream& stream) {
  for (auto at = recent_.first_after(stream.cursor()); at != recent_.end(); ++at) {
    if (stream.waiting_bytes() >= limits::replay_window_bytes) return false;
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
  const auto& chosen = stream.chosen();
  WindowKey key(chosen.refs(), chosen.watched_created_seq(), stream.cursor());
  if (windows_.board(key, &stream)) ask_for_window(std::move(key));
}

void Shard::ask_for_window(WindowKey key) {
  ReplayQuery query;
  std::tie(query.targets, query.watched_created_seq, query.after) = key;
  query.max_events = limits::replay_window_events;
  query.max_bytes = limits::replay_window_bytes;
  log_.replay(std::move(query), [this, key = std::move(key)](result<ReplayWindow> window) {
    asio::post(context_, [this, key, window = std::move(window)] { land_window(key, window); });
  });
}

/// Frames the window once for all who wait for it.
void Shard::land_window(const WindowKey& key, const result<ReplayWindow>& window) {
  auto landing = windows_.land(key);
  if (landing.ask_again) ask_for_window(key);
  FramedWindow framed;
  if (window) {
    framed.through = window->through;
    for (const auto& event : window->events) {
      framed.events.emplace_back(event, make_frame(event_payload(*event, job_json(event->job))));
    }
  } else {
    framed.failure = window.error();
    spdlog::warn("streams closed: the event log can't be read: {}", window.error().message);
  }
  landed_.push_back({std::move(framed), std::move(landing.passengers)});
  if (landed_.size() == 1) give_windows();
}

void Shard::give_windows() {
  for (std::size_t i = 0; i < limits::streams_at_once && !landed_.empty(); ++i) {
    auto& [window, streams] = landed_.front();
    if (!streams.empty()) {
      const auto stream = std::move(streams.back());
      streams.pop_back();
      stream->set_reading(false);
      if (stream->is_open() && !stream->is_ending()) take_window(*stream, window);
    }
    if (streams.empty()) landed_.pop_front();
  }
  if (!landed_.empty()) asio::post(context_, [this] { give_windows(); });
}

void Shard::take_window(ChosenStream& stream, const FramedWindow& window) {
  // The client comes back by itself, with its last id, when the database may be there again.
  if (window.failure) return stream.finish();
  for (const auto& [event, frame] : window.events) {
    stream.take(*event, [&frame = frame] { return frame; });
  }
  stream.skip_to(window.through);
  // The next window is read when the client has taken this one.
  if (stream.cursor() < recent_.complete_after()) return stream.flush();
  catch_up(stream);
}

}  // namespace jobcast::push
