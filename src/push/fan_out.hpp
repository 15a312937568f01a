#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "jobcast/event_bus.hpp"

#include "push/framed_event.hpp"

namespace jobcast::push {

/// Hears of commits on the writer thread, frames each event once, and hands each batch to every shard.
class FanOut final : public EventSink {
 public:
  /// Takes a batch over to a shard's thread; called on the writer thread.
  using Publish = std::function<void(std::shared_ptr<const FramedBatch>)>;

  /// `counts` as of the moment before the first commit. `delta_streams` counts the open delta streams of all
  /// shards; both it and what the publishers refer to must outlive this.
  FanOut(JobCounts counts, std::vector<Publish> shards, const std::atomic<std::int64_t>& delta_streams);

  void on_commit(EventSpan events) override;

 private:
  JobCounts counts_;
  std::vector<Publish> shards_;
  const std::atomic<std::int64_t>& delta_streams_;
};

/// The counts after one more event.
void count_event(JobCounts& counts, const JobEvent& event);

}  // namespace jobcast::push
