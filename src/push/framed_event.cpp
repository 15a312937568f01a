#include "push/framed_event.hpp"

#include <string>
#include <utility>

#include "push/job_json.hpp"

namespace jobcast::push {

FramedEventPtr frame_event(EventPtr event, const JobCounts& counts, bool with_delta,
                           std::chrono::steady_clock::time_point told_at) {
  const auto json = event->type == EventType::deleted ? std::string() : job_json(event->job);
  auto framed = std::make_shared<FramedEvent>(
      FramedEvent{event, Frame(event_payload(*event, json)), {}, std::nullopt, counts, told_at});
  const auto payload = framed->chosen.payload();
  if (!json.empty()) framed->job_json = payload.substr(payload.find(json), json.size());
  if (with_delta) framed->delta.emplace(delta_payload(*event, json, counts));
  return framed;
}

FramePtr delta_frame(const FramedEventPtr& framed) {
  if (framed->delta) return {framed, &*framed->delta};
  return make_frame(delta_payload(*framed->event, framed->job_json, framed->counts));
}

}  // namespace jobcast::push
