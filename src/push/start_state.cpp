#include "push/start_state.hpp"

#include <memory>

namespace jobcast::push {

StartState::StartState(const StoreSnapshot& snapshot) : store(snapshot) {
  newest.reserve(snapshot.newest.size());
  for (const auto& job : snapshot.newest) {
    const JobEvent state{EventType::moved, job.updated_at, job, {}};
    newest.push_back(frame_event(std::make_shared<const JobEvent>(state), snapshot.counts, /*with_delta=*/false));
  }
  recent.reserve(snapshot.log.events.size());
  for (const auto& event : snapshot.log.events) {
    recent.push_back(frame_event(event, snapshot.counts, /*with_delta=*/false));
  }
}

}  // namespace jobcast::push
