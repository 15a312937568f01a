#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "jobcast/event_bus.hpp"

#include "push/framed_event.hpp"

namespace jobcast::push {

/// Hears of commits on the store's thread, frames each event once, and hands each batch to every shard.
class FanOut final : public EventSink {
 public:
  /// Take what happened over to a shard's thread, in order; called on the store's thread.
  struct Receiver {
    std::function<void(std::shared_ptr<const FramedBatch>)> publish;
    std::function<void(std::string kind, bool paused)> set_paused;
  };

  /// `counts` as of the moment before the first commit. `delta_streams` counts the open delta streams of all
  /// shards; both it and what the receivers refer to must outlive this.
  FanOut(JobCounts counts, std::vector<Receiver> shards, const std::atomic<std::int64_t>& delta_streams);

  void on_commit(EventSpan events) override;
  void on_pause(std::string_view kind, bool paused) override;

 private:
  JobCounts counts_;
  std::vector<Receiver> shards_;
  const std::atomic<std::int64_t>& delta_streams_;
};

/// The counts after one more event.
void count_event(JobCounts& counts, const JobEvent& event);

}  // namespace jobcast::push
