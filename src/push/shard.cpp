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

Shard::Shard(asio::io_context& context, EventLog& log, const Clock& clock, const StartState& start,
             StreamCounters& counters, const QueueSetup& queue, ShardOptions options)
    : context_(context),
      log_(log),
      clock_(clock),
      counters_(counters),
      options_(options),
      board_(start),
      queue_(queue, start.store, moment()),
      recent_(start.store.log.after),
      first_seq_(start.store.first),
      ranges_(start.store.log.ranges),
      started_at_(clock.steady_now()),
      poller_(context),
      streams_(static_cast<std::size_t>(limits::heartbeat_interval.count())),
      timer_(context) {
  for (const auto& event : start.recent) recent_.add(event);
}

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
  send_heartbeats();
  tell_queue();
  drop_stalled();
}

void Shard::send_heartbeats() {
  const auto due = streams_.turn();
  if (due.empty()) return;
  const auto frame = make_frame(heartbeat_payload(clock_.timestamp()));
  for (const auto& stream : due) {
    if (!stream->is_open() || stream->is_ending()) continue;
    stream->delivery().push_heartbeat(frame);
    stream->flush();
  }
}

void Shard::drop_stalled() {
  const auto now = clock_.steady_now();
  std::erase_if(blocked_, [&](const StreamPtr& stream) {
    if (!stream->is_open()) return true;
    if (!stream->is_blocked()) {
      stream->notes().is_blocked = false;
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

void Shard::on_blocked(Stream& stream) {
  if (std::exchange(stream.notes().is_blocked, true)) return;
  blocked_.emplace_back(&stream);
}

void Shard::on_drained(Stream& stream) {
  if (!is_of_chosen_jobs(stream.kind())) return;
  auto& chosen = static_cast<ChosenStream&>(stream);
  if (chosen.is_live() || chosen.is_reading() || chosen.is_ending()) return;
  // In a turn of its own: a long replay must not keep live events waiting.
  chosen.set_reading(true);
  asio::post(context_, [this, self = ChosenStreamPtr(&chosen)] {
    self->set_reading(false);
    if (self->is_open() && !self->is_ending()) catch_up(*self);
  });
}

void Shard::on_closed(Stream& stream) {
  if (closed_.empty()) asio::post(context_, [this] { reap(); });
  closed_.emplace_back(&stream);
}

void Shard::reap() {
  for (const auto& stream : std::exchange(closed_, {})) {
    streams_.remove(*stream);
    if (stream->is_lingering()) lingering_.fetch_sub(1, std::memory_order_relaxed);
    open_.store(streams_.size(), std::memory_order_relaxed);
    counters_.open[static_cast<std::size_t>(stream->kind())].fetch_sub(1, std::memory_order_relaxed);
    if (is_of_chosen_jobs(stream->kind())) {
      index_.remove(static_cast<ChosenStream&>(*stream));
    } else if (auto* group = stream->notes().group) {
      group->remove(*stream);
    } else {
      counters_.open_delta.fetch_sub(1, std::memory_order_relaxed);
      std::erase(deltas_, stream.get());
    }
  }
  std::erase_if(groups_, [](const auto& group) { return group.second.empty(); });
}

// ---- the end

void Shard::drain() {
  while (send_few()) {
  }
  leaving_ = streams_.all();
  end_few();
}

void Shard::end_few() {
  for (std::size_t i = 0; i < limits::streams_at_once && !leaving_.empty(); ++i) {
    const auto stream = std::move(leaving_.back());
    leaving_.pop_back();
    if (!stream->is_open() || stream->is_ending()) continue;
    const std::chrono::milliseconds retry(random_between(1'000, 10'000));
    stream->delivery().push(make_frame(close_payload(clock_.timestamp(), retry)));
    stream->finish();
  }
  if (!leaving_.empty()) asio::post(context_, [this] { end_few(); });
}

}  // namespace jobcast::push
