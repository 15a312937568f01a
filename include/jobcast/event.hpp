#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "jobcast/job.hpp"

namespace jobcast {

enum class EventType : std::uint8_t {
  created,   ///< the job exists from now on
  moved,     ///< its status changed, or it was put at the front of its wait
  progress,  ///< a report within one attempt; a later one of the same attempt supersedes it
  deleted,   ///< the job is gone; `job` holds its last state, of which only id and filename are kept
};

/// One entry of the event log: the job as of `job.seq`. Immutable once committed.
struct JobEvent {
  EventType type = EventType::created;
  Timestamp at;
  Job job;  ///< job.seq is the event's number
  /// The status before this event; nothing for a creation. Only on live events, not on replayed ones.
  std::optional<JobStatus> previous_status;
};

using EventPtr = std::shared_ptr<const JobEvent>;

/// Events of one commit (or of one window of a replay), in rising seq.
using EventSpan = std::span<const EventPtr>;

}  // namespace jobcast
