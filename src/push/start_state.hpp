#pragma once

#include <vector>

#include "jobcast/job_store.hpp"

#include "push/framed_event.hpp"

namespace jobcast::push {

/// What the shards know when the program starts. Framed once, for all of them.
struct StartState {
  // NOLINTNEXTLINE(google-explicit-constructor): the same with frames
  StartState(const StoreSnapshot& snapshot);

  const StoreSnapshot& store;          ///< must outlive this
  std::vector<FramedEventPtr> newest;  ///< the state of store.newest
  std::vector<FramedEventPtr> recent;  ///< store.log.events
};

}  // namespace jobcast::push
