#include "push/fan_out.hpp"

#include <utility>

namespace jobcast::push {

void count_event(JobCounts& counts, const JobEvent& event) {
  if (event.previous_status) --counts[*event.previous_status];
  if (event.type != EventType::deleted) ++counts[event.job.status];
}

FanOut::FanOut(JobCounts counts, std::vector<Receiver> shards, const std::atomic<std::int64_t>& delta_streams)
    : counts_(counts), shards_(std::move(shards)), delta_streams_(delta_streams) {}

void FanOut::on_commit(EventSpan events) {
  const bool delta = delta_streams_.load(std::memory_order_relaxed) > 0;
  const auto now = std::chrono::steady_clock::now();
  auto batch = std::make_shared<FramedBatch>();
  batch->reserve(events.size());
  for (const auto& event : events) {
    count_event(counts_, *event);
    batch->push_back(frame_event(event, counts_, delta, now));
  }
  const std::shared_ptr<const FramedBatch> shared = std::move(batch);
  for (const auto& shard : shards_) shard.publish(shared);
}

void FanOut::on_pause(std::string_view kind, bool paused) {
  for (const auto& shard : shards_) shard.set_paused(std::string(kind), paused);
}

}  // namespace jobcast::push
