// Shard: how events reach the sockets.

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <functional>
#include <utility>

#include "jobcast/limits.hpp"

#include "push/shard.hpp"

namespace jobcast::push {

namespace asio = boost::asio;

namespace {

constexpr std::size_t streams_between_looks = 16;  ///< at the clock

// The real time, whatever clock the shard was given: it says how long others have waited for this thread.
using RealClock = std::chrono::steady_clock;

}  // namespace

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
  queue_mixed();
  for (auto& [key, group] : groups_) group.touch();
  if (!sending_) send_some();
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
    if (!list->single.empty() && list->round.add(framed, RealClock::now())) rounds_.push_back(list);
    for (const auto& entry : list->mixed) mixed_.emplace_back(entry.stream, &framed);
  }
  if (!touched_by_ && (!mixed_.empty() || !deltas_.empty())) touched_by_ = framed->told_at;
  if (deltas_.empty()) return;
  const auto frame = delta_frame(framed);
  for (auto* stream : deltas_) {
    if (!stream->is_open() || stream->is_ending()) continue;
    stream->delivery().push_event(frame, *framed->event);
    touch(*stream);
  }
}

void Shard::touch(Stream& stream) {
  if (!std::exchange(stream.notes().is_touched, true)) touched_.emplace_back(&stream);
}

/// What several lists have for one stream is put into the log's order again.
void Shard::queue_mixed() {
  std::sort(mixed_.begin(), mixed_.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return std::less<>()(a.first, b.first);
    return (*a.second)->event->job.seq < (*b.second)->event->job.seq;
  });
  for (const auto& [stream, framed] : mixed_) {
    if (!stream->is_open() || !stream->is_live() || stream->is_ending()) continue;
    if (stream->take(*(*framed)->event, [&event = *framed] { return chosen_frame(event); })) touch(*stream);
  }
  mixed_.clear();
  if (touched_.empty()) touched_by_.reset();  // nobody wanted them
}

/// Sends for a while, then lets others have the thread: requests, so that the next events can come while these are
/// still being sent, and streams that open. Where the events have waited long already, it takes longer turns; that
/// slows down who publishes faster than can be sent, instead of the watchers.
void Shard::send_some() {
  sending_ = false;
  const auto begin = RealClock::now();
  const bool is_late = !rounds_.empty() && begin - rounds_.front()->round.began >= limits::send_late;
  const RealClock::duration slice = is_late ? RealClock::duration(limits::send_slice_late) : limits::send_slice;
  while (send_few()) {
    if (RealClock::now() - begin < slice) continue;
    sending_ = true;
    return asio::post(context_, [this] { send_some(); });
  }
}

/// True while there is more to send.
bool Shard::send_few() {
  flush_few_touched();
  if (!rounds_.empty()) serve_front();
  return !rounds_.empty() || !touched_.empty();
}

void Shard::serve_front() {
  auto& list = *rounds_.front();
  auto& round = list.round;
  round.go_on();
  for (std::size_t i = 0; i < streams_between_looks && round.next < list.single.size(); ++i) {
    auto& stream = *list.single[round.next++].stream;
    if (stream.is_open() && stream.is_live() && !stream.is_ending()) send(stream, round.unsent);
  }
  if (round.next < list.single.size()) return;
  rounds_.pop_front();
  const auto now = RealClock::now();
  counters_.commit_to_socket.observe(now - round.unsent.front()->told_at);
  if (round.end(now)) {
    rounds_.push_back(&list);
  } else {
    index_.release(list);
  }
}

void Shard::send(ChosenStream& stream, std::span<const FramedEventPtr> events) {
  std::array<const FramedEventPtr*, Stream::max_sent_together> wanted;
  std::size_t count = 0;
  for (const auto& framed : events) {
    if (!stream.wants(*framed->event)) continue;
    wanted[count++] = &framed;
    if (count == wanted.size()) stream.send(std::span(wanted).first(std::exchange(count, 0)));
  }
  if (count > 0) stream.send(std::span(wanted).first(count));
  if (stream.is_open() && stream.chosen().all_over()) stream.finish();
}

void Shard::flush_few_touched() {
  for (std::size_t i = 0; i < streams_between_looks && !touched_.empty(); ++i) {
    const auto stream = std::move(touched_.front());
    touched_.pop_front();
    stream->notes().is_touched = false;
    if (!stream->is_open()) continue;
    if (is_of_chosen_jobs(stream->kind()) && static_cast<ChosenStream&>(*stream).chosen().all_over()) {
      stream->finish();
    } else {
      stream->flush();
    }
  }
  if (touched_.empty() && touched_by_) {
    counters_.commit_to_socket.observe(RealClock::now() - *std::exchange(touched_by_, std::nullopt));
  }
}

}  // namespace jobcast::push
