#pragma once

#include <memory>
#include <string>
#include <vector>

#include "jobcast/event.hpp"

#include "push/sse_frame.hpp"

namespace jobcast::push {

/// A committed event with what its watchers are sent, made once on the writer thread and shared by all shards.
struct FramedEvent {
  EventPtr event;
  std::shared_ptr<const std::string> job_json;
  FramePtr chosen;   ///< for streams of chosen jobs
  FramePtr delta;    ///< for the dashboard's delta streams; null where there was none when it was made
  JobCounts counts;  ///< after the event
};

using FramedBatch = std::vector<FramedEvent>;

}  // namespace jobcast::push
