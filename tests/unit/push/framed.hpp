#pragma once

#include <memory>

#include "push/framed_event.hpp"
#include "push/job_json.hpp"
#include "support/make_job.hpp"

namespace jobcast::push {

/// The event framed as FanOut does it.
inline FramedEvent framed(const EventPtr& event, JobCounts counts = {}) {
  auto json = std::make_shared<const std::string>(job_json(event->job));
  return {event, json, make_frame(event_payload(*event, *json)), nullptr, counts};
}

}  // namespace jobcast::push
