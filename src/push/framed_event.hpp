#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "jobcast/event.hpp"

#include "push/sse_frame.hpp"

namespace jobcast::push {

/// A committed event with what its watchers are sent. Made once, where the commit is told, and shared by all shards as
/// one object: a count of owners for each of its parts would be fought over by their threads.
struct FramedEvent {
  EventPtr event;
  Frame chosen;                ///< for streams of chosen jobs
  std::string_view job_json;   ///< append_job_json of the job, within `chosen`; empty where the job was deleted
  std::optional<Frame> delta;  ///< for the dashboard's delta streams; nothing where there was none when it was made
  JobCounts counts;            ///< after the event
  std::chrono::steady_clock::time_point told_at{};  ///< when the commit was told; no time where it was framed later
};

using FramedEventPtr = std::shared_ptr<const FramedEvent>;
using FramedBatch = std::vector<FramedEventPtr>;

/// @param counts      after the event
/// @param with_delta  somebody takes deltas
/// @param told_at     when the commit was told
FramedEventPtr frame_event(EventPtr event, const JobCounts& counts, bool with_delta,
                           std::chrono::steady_clock::time_point told_at = {});

/// Shares what streams of chosen jobs are sent.
inline FramePtr chosen_frame(const FramedEventPtr& framed) {
  return {framed, &framed->chosen};
}

/// Shares what the dashboard's delta streams are sent; made now where it was not made with the event.
FramePtr delta_frame(const FramedEventPtr& framed);

}  // namespace jobcast::push
