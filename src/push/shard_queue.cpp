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
    const auto& watch = stream.chosen().watches()[place.place];
    const auto* entry = watch.over ? nullptr : queue_.find(watch.created_seq);
    if (entry == nullptr) return;
    const auto& state = telling.state_of(*entry);
    auto& told = stream.queue_told()[place.place];
    if (!told.is_news(*entry, state, now)) return;
    if (!was_told_already(stream, watch.created_seq, now)) {
      stream.delivery().push_queue(telling.frame(), watch.created_seq);
      stream.flush();
    }
    told.tell(*entry, state, now);
  };
  index_.for_each([&](const WatcherIndex::List& list) {
    std::ranges::for_each(list.single, tell_one);
    std::ranges::for_each(list.mixed, tell_one);
  });
}

}  // namespace jobcast::push
