#pragma once

#include "jobcast/event.hpp"

namespace jobcast {

/// Hears of every commit. Called on the writer thread, after COMMIT and before the callers'
/// completions, in rising seq with nothing left out. Must not block and must not throw.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_commit(EventSpan events) = 0;
};

}  // namespace jobcast
