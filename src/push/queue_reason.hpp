#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "push/queue_view.hpp"

namespace jobcast::push {

/// Why a job is not running, or that it is.
enum class QueueReason : std::uint8_t {
  ready,             ///< next in line: waits for a free worker
  queued,            ///< others start before it
  backoff,           ///< waits for its next attempt
  scheduled,         ///< was made for a later time
  slots_full,        ///< as many of its handler's jobs run as may
  paused,            ///< its handler is paused
  waits_for_worker,  ///< external: nobody has taken it yet
  handler_missing,   ///< no handler of its kind is configured
  running,
  stalled,   ///< it runs, and its progress has stood still for far longer than usual
  finished,  ///< it has ended
};

/// The code that clients see.
std::string_view to_string(QueueReason reason);

struct QueueAnswer {
  QueueReason reason = QueueReason::ready;
  std::string sentence;  ///< the same for people, with its numbers and times
  QueueState state;
  std::optional<Timestamp> backoff_until;  ///< of a pending job, while that is to come
  std::optional<Timestamp> run_at;         ///< of a pending job, while that is to come
  std::int64_t slots_used = 0;             ///< how many jobs of its kind run
  std::optional<std::int64_t> slots_limit;
  bool paused = false;  ///< its kind
};

/// @param job  as the database has it; the board of `view` may have missed its last move
QueueAnswer explain(const Job& job, QueueView& view);

/// {"id":…,"status":…,"running":…,"reason":…,…}
std::string queue_answer_json(const Job& job, const QueueAnswer& answer);

}  // namespace jobcast::push
