#pragma once

#include <vector>

#include "push/chosen_jobs.hpp"
#include "push/queue_told.hpp"
#include "push/stream.hpp"
#include "push/watcher_index.hpp"

namespace jobcast::push {

/// A stream of chosen jobs. It is either catching up (its next events come from the recent ones in memory or from
/// the log, in windows, as the client takes them) or live (they come with each commit).
class ChosenStream final : public Stream {
 public:
  ChosenStream(StreamHost& host, Descriptor socket, StreamKind kind, bool chunked, ChosenJobs chosen, Seq cursor)
      : Stream(host, std::move(socket), kind, chunked), chosen_(std::move(chosen)), cursor_(cursor) {}

  [[nodiscard]] const ChosenJobs& chosen() const { return chosen_; }

  /// Everything up to this number was queued, or does not concern the stream.
  [[nodiscard]] Seq cursor() const { return cursor_; }
  void skip_to(Seq seq) { cursor_ = std::max(cursor_, seq); }

  [[nodiscard]] bool is_live() const { return live_; }
  void go_live() { live_ = true; }

  /// What comes next is on its way: a window of the log, or a turn of its own.
  [[nodiscard]] bool is_reading() const { return reading_; }
  void set_reading(bool reading) { reading_ = reading; }

  /// Takes the next event of the log into account. True: it is new to the stream and concerns it.
  bool wants(const JobEvent& event) {
    if (event.job.seq <= cursor_) return false;
    cursor_ = event.job.seq;
    return chosen_.take(event);
  }

  /// Queues the event where the stream wants it. True where it was queued. `frame` is called for its frame only then.
  template <class MakeFrame>
  bool take(const JobEvent& event, MakeFrame frame) {
    if (!wants(event)) return false;
    delivery().push_event(frame(), event);
    return true;
  }

  /// What the stream was told of the queue: one for each of chosen().watches(). Made where there is something to tell.
  [[nodiscard]] std::vector<QueueTold>& queue_told() {
    if (queue_told_.empty()) queue_told_.resize(chosen_.watches().size());
    return queue_told_;
  }

  [[nodiscard]] bool was_told_nothing() const { return queue_told_.empty(); }

  /// Kept by the WatcherIndex, in the order of chosen().watches().
  [[nodiscard]] std::vector<WatcherIndex::Place>& places() { return places_; }

 private:
  ChosenJobs chosen_;
  std::vector<QueueTold> queue_told_;  ///< empty: nothing yet
  std::vector<WatcherIndex::Place> places_;
  Seq cursor_;
  bool live_ = false;
  bool reading_ = false;
};

using ChosenStreamPtr = boost::intrusive_ptr<ChosenStream>;

}  // namespace jobcast::push
