// Shard: what watchers are told of the queue.

#include <algorithm>

#include "push/shard.hpp"

namespace jobcast::push {
namespace {

/// The present state of one job and its frame, for all of its watchers. Each is made when the first asks for it.
class Telling {
 public:
  explicit Telling(QueueView& view) : view_(view) {}

  const QueueState& state_of(const QueueBoard::Entry& entry) {
    if (entry_ != &entry) {
      entry_ = &entry;
      state_ = view_.state(entry);
      frame_ = nullptr;
    }
    return state_;
  }

  /// Of the job that was last asked for.
  const FramePtr& frame() {
    if (!frame_) frame_ = make_frame(queue_payload(entry_->id, state_, view_.now().wall));
    return frame_;
  }

 private:
  QueueView& view_;
  const QueueBoard::Entry* entry_ = nullptr;
  QueueState state_;
  FramePtr frame_;
};

/// A stream may have chosen one job by its id and by its name: it is told once.
bool was_told_already(ChosenStream& stream, Seq created_seq, QueueTold::TimePoint now) {
  const auto& told = stream.queue_told();
  return std::any_of(told.begin(), told.end(), [&](const auto& one) { return one.was_told(created_seq, now); });
}

/// Queues what is news to the stream of one job that it chose. True: something was queued.
bool queue_news(ChosenStream& stream, std::size_t place, const QueueBoard& board, Telling& telling,
                QueueTold::TimePoint now) {
  const auto& watch = stream.chosen().watches()[place];
  const auto* entry = watch.over ? nullptr : board.find(watch.created_seq);
  if (entry == nullptr) return false;
  const auto& state = telling.state_of(*entry);
  // No news, as QueueTold says too: asked here first, so that most streams need no memory for what they were told.
  if (stream.was_told_nothing() && state == QueueState{}) return false;
  auto& told = stream.queue_told()[place];
  if (!told.is_news(*entry, state, now)) return false;
  const bool is_first = !was_told_already(stream, watch.created_seq, now);
  if (is_first) stream.delivery().push_queue(telling.frame(), watch.created_seq);
  told.tell(*entry, state, now);
  return is_first;
}

}  // namespace

QueueView Shard::queue() {
  const auto now = moment();
  queue_.release(now.wall);
  return {queue_, now};
}

void Shard::tell_queue() {
  auto view = queue();
  const auto now = view.now().steady;
  Telling telling(view);
  const auto tell_one = [&](const WatcherIndex::Entry& place) {
    auto& stream = *place.stream;
    if (!stream.is_live() || stream.is_ending() || !stream.is_open()) return;
    if (queue_news(stream, place.place, queue_, telling, now)) stream.flush();
  };
  index_.for_each([&](const WatcherIndex::List& list) {
    std::ranges::for_each(list.single, tell_one);
    std::ranges::for_each(list.mixed, tell_one);
  });
}

/// With what opens the stream, instead of by a write of its own within a second.
void Shard::tell_queue_at_first(ChosenStream& stream) {
  if (!stream.was_told_nothing()) return;
  auto view = queue();
  Telling telling(view);
  for (std::size_t place = 0; place < stream.chosen().watches().size(); ++place) {
    queue_news(stream, place, queue_, telling, view.now().steady);
  }
}

}  // namespace jobcast::push
