#include "push/shard.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>
#include <utility>

#include "jobcast/limits.hpp"

#include "base/random.hpp"
#include "push/snapshot.hpp"

namespace jobcast::push {

namespace asio = boost::asio;
using namespace std::chrono_literals;

Shard::Shard(asio::io_context& context, EventLog& log, const Clock& clock, const StoreSnapshot& snapshot,
             StreamCounters& counters, const QueueSetup& queue, ShardOptions options)
    : context_(context),
      log_(log),
      clock_(clock),
      counters_(counters),
      options_(options),
      board_(snapshot),
      queue_(queue, snapshot, moment()),
      recent_(snapshot.head),
      first_seq_(snapshot.first),
      started_at_(clock.steady_now()),
      timer_(context),
      heartbeat_slots_(static_cast<std::size_t>(limits::heartbeat_interval.count())) {}

Shard::~Shard() = default;

void Shard::start() {
  timer_.expires_after(1s);
  schedule_tick();
}

// ---- what is committed

void Shard::publish(std::shared_ptr<const FramedBatch> batch) {
  tell(std::move(batch));
}

void Shard::set_paused(std::string kind, bool paused) {
  tell(Pause{std::move(kind), paused});
}

void Shard::tell(News news) {
  bool is_first = false;
  {
    const std::lock_guard lock(inbox_mutex_);
    is_first = inbox_.empty();
    inbox_.push_back(std::move(news));
  }
  if (is_first) asio::post(context_, [this] { take_inbox(); });
}

/// Takes all that has come: when commits come faster than they can be sent, each stream gets several events by one
/// call.
void Shard::take_inbox() {
  std::vector<News> all;
  {
    const std::lock_guard lock(inbox_mutex_);
    all.swap(inbox_);
  }
  bool has_events = false;
  for (const auto& news : all) {
    if (const auto* pause = std::get_if<Pause>(&news)) {
      queue_.set_paused(pause->kind, pause->paused);
    } else {
      apply(*std::get<std::shared_ptr<const FramedBatch>>(news));
      has_events = true;
    }
  }
  if (!has_events) return;
  send_fresh();
  flush_touched();
  for (auto& [key, group] : groups_) group.touch();
}

void Shard::apply(const FramedBatch& batch) {
  const auto now = moment();
  for (const auto& framed : batch) {
    board_.apply(framed);
    queue_.apply(*framed->event, now);
    recent_.add(framed);
    collect(framed);
  }
}

void Shard::collect(const FramedEventPtr& framed) {
  const auto& job = framed->event->job;
  for (auto* list : {index_.watching(job.id), index_.watching(job.filename)}) {
    if (list == nullptr) continue;
    if (list->fresh.empty()) fresh_.push_back(list);
    list->fresh.push_back(&framed);
  }
  if (deltas_.empty()) return;
  const auto frame = delta_frame(framed);
  for (auto* stream : deltas_) {
    if (!stream->is_open() || stream->is_ending()) continue;
    stream->delivery().push_event(frame, *framed->event);
    touched_.push_back(stream->shared_from_this());
  }
}

void Shard::send_fresh() {
  for (auto* list : fresh_) {
    for (const auto& entry : list->entries) {
      auto& stream = *entry.stream;
      if (!stream.is_live() || stream.is_ending()) continue;
      if (stream.chosen().watches().size() == 1) {
        send(stream, list->fresh);
      } else {
        for (const auto* framed : list->fresh) mixed_.emplace_back(&stream, framed);
      }
    }
    list->fresh.clear();
  }
  fresh_.clear();
  if (!mixed_.empty()) send_mixed();
}

void Shard::send(ChosenStream& stream, std::span<const FramedEventPtr* const> events) {
  std::array<const FramedEventPtr*, Stream::max_sent_together> wanted;
  std::size_t count = 0;
  for (const auto* framed : events) {
    if (!stream.wants(*(*framed)->event)) continue;
    wanted[count++] = framed;
    if (count == wanted.size()) stream.send(std::span(wanted).first(std::exchange(count, 0)));
  }
  if (count > 0) stream.send(std::span(wanted).first(count));
  if (stream.is_open() && stream.chosen().all_over()) stream.finish();
}

/// What several lists have for one stream is put into the log's order again.
void Shard::send_mixed() {
  std::sort(mixed_.begin(), mixed_.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return std::less<>()(a.first, b.first);
    return (*a.second)->event->job.seq < (*b.second)->event->job.seq;
  });
  for (const auto& [stream, framed] : mixed_) {
    if (stream->take(*(*framed)->event, [&event = *framed] { return chosen_frame(event); })) {
      touched_.push_back(stream->shared_from_this());
    }
  }
  mixed_.clear();
}

void Shard::flush_touched() {
  // A stream that took several events of the batch stands here several times; its later flushes have nothing to do.
  for (const auto& stream : touched_) {
    if (!stream->is_open()) continue;
    if (auto* chosen = streams_.at(stream.get()).chosen; chosen != nullptr && chosen->chosen().all_over()) {
      stream->finish();
    } else {
      stream->flush();
    }
  }
  touched_.clear();
}

// ---- time

void Shard::schedule_tick() {
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    tick();
    timer_.expires_at(timer_.expiry() + 1s);
    schedule_tick();
  });
}

void Shard::tick() {
  present_slot_ = (present_slot_ + 1) % heartbeat_slots_.size();
  send_heartbeats();
  tell_queue();
  drop_stalled();
}

void Shard::send_heartbeats() {
  auto& slot = heartbeat_slots_[present_slot_];
  std::erase_if(slot, [](const std::weak_ptr<Stream>& stream) { return stream.expired(); });
  if (slot.empty()) return;
  const auto frame = make_frame(heartbeat_payload(clock_.timestamp()));
  for (const auto& weak : slot) {
    const auto stream = weak.lock();
    if (!stream || !stream->is_open() || stream->is_ending()) continue;
    stream->delivery().push_heartbeat(frame);
    stream->flush();
  }
}

void Shard::drop_stalled() {
  const auto now = clock_.steady_now();
  std::erase_if(blocked_, [&](const std::weak_ptr<Stream>& weak) {
    const auto stream = weak.lock();
    if (!stream || !stream->is_open()) return true;
    if (!stream->is_blocked()) {
      streams_.at(stream.get()).in_blocked = false;
      return true;
    }
    if (now - stream->blocked_since() < options_.stall) return false;
    if (stream->is_ending()) {
      stream->close();
    } else {
      stream->drop("its client takes nothing");
    }
    return true;
  });
}

// ---- StreamHost

void Shard::on_blocked(const std::shared_ptr<Stream>& stream) {
  auto& membership = streams_.at(stream.get());
  if (std::exchange(membership.in_blocked, true)) return;
  blocked_.push_back(stream);
}

void Shard::on_drained(Stream& stream) {
  const auto found = streams_.find(&stream);
  if (found == streams_.end() || found->second.chosen == nullptr) return;
  auto& chosen = *found->second.chosen;
  if (chosen.is_live() || chosen.is_reading() || chosen.is_ending()) return;
  // In a turn of its own: a long replay must not keep live events waiting.
  chosen.set_reading(true);
  asio::post(context_, [this, self = std::static_pointer_cast<ChosenStream>(chosen.shared_from_this())] {
    self->set_reading(false);
    if (self->is_open() && !self->is_ending()) catch_up(*self);
  });
}

void Shard::on_closed(Stream& stream) {
  const auto found = streams_.find(&stream);
  if (found == streams_.end()) return;
  const auto membership = std::move(found->second);
  streams_.erase(found);
  if (stream.is_lingering()) lingering_.fetch_sub(1, std::memory_order_relaxed);
  open_.store(streams_.size(), std::memory_order_relaxed);
  counters_.open[static_cast<std::size_t>(stream.kind())].fetch_sub(1, std::memory_order_relaxed);
  if (membership.chosen != nullptr) index_.remove(*membership.chosen);
  if (membership.delta) {
    counters_.open_delta.fetch_sub(1, std::memory_order_relaxed);
    std::erase(deltas_, &stream);
  }
  if (membership.group) {
    const auto group = groups_.find(*membership.group);
    group->second.remove(stream);
    if (group->second.empty()) groups_.erase(group);
  }
}

// ---- the end

void Shard::drain() {
  std::vector<std::shared_ptr<Stream>> all;
  all.reserve(streams_.size());
  for (const auto& [key, membership] : streams_) all.push_back(membership.stream);
  for (const auto& stream : all) {
    if (!stream->is_open() || stream->is_ending()) continue;
    const std::chrono::milliseconds retry(random_between(1'000, 10'000));
    stream->delivery().push(make_frame(close_payload(clock_.timestamp(), retry)));
    stream->finish();
  }
}

}  // namespace jobcast::push
