#pragma once

#include <string_view>

#include "jobcast/event.hpp"

namespace jobcast {

/// Hears of every commit. Called on one thread of the store's, after COMMIT and before the callers'
/// completions, in rising seq with nothing left out. Must not block and must not throw.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_commit(EventSpan events) = 0;

  /// A kind of jobs was paused or goes on; called in the order of commits, after on_commit() of the same one.
  virtual void on_pause(std::string_view /*kind*/, bool /*paused*/) {}
};

}  // namespace jobcast
