#pragma once

#include "jobcast/event_bus.hpp"

#include "metrics/histogram.hpp"

namespace jobcast {

/// How long jobs wait and run, from the events of the log.
class JobMetrics final : public EventSink {
 public:
  void on_commit(EventSpan events) override;

  [[nodiscard]] const metrics::Histogram& queue_wait() const { return queue_wait_; }
  [[nodiscard]] const metrics::Histogram& duration() const { return duration_; }

 private:
  metrics::Histogram queue_wait_{metrics::long_times};  ///< of first attempts, from being allowed to run to running
  metrics::Histogram duration_{metrics::long_times};    ///< of completed attempts
};

}  // namespace jobcast
