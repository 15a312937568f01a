#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "jobcast/event_log.hpp"

#include "push/chosen_jobs.hpp"
#include "push/sse_frame.hpp"

namespace jobcast::push {

enum class OpeningKind : std::uint8_t {
  stream,      ///< 200 and the events
  no_content,  ///< 204: all is over and the client knows it
  not_found,   ///< 404: only ids were given and none of them is known
};

/// How a stream of chosen jobs begins.
struct OpeningPlan {
  OpeningKind kind = OpeningKind::stream;
  ChosenJobs chosen;
  /// After `connection`, in this order; each carries its events' ids.
  std::vector<FramePtr> frames;
  /// The stream has everything up to this number; what follows is read from the log, then comes live.
  Seq cursor = 0;
};

/// Decides from the state of the log at one moment. Pure.
/// @param refs     what the client chose, in the order of opening.targets
/// @param opening  the state of each as of opening.head
/// @param after    the client's last id, where it brought one that is a number
/// @param queue    knows the places of jobs that wait or run; null: nobody does
OpeningPlan plan_opening(const std::vector<JobRef>& refs, const Opening& opening, std::optional<Seq> after,
                         Timestamp now, QueueView* queue = nullptr);

}  // namespace jobcast::push
