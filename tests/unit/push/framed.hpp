#pragma once

#include "push/framed_event.hpp"
#include "support/make_job.hpp"

namespace jobcast::push {

/// The event framed as FanOut does it.
inline FramedEventPtr framed(const EventPtr& event, const JobCounts& counts = {}) {
  return frame_event(event, counts, /*with_delta=*/false);
}

}  // namespace jobcast::push
