#include "app/job_metrics.hpp"

#include <algorithm>

#include "push/status_board.hpp"

namespace jobcast {

void JobMetrics::on_commit(EventSpan events) {
  // The wall clock may have been set back in between.
  const auto time = [](Timestamp from, Timestamp to) { return std::max(to - from, Timestamp::duration::zero()); };
  for (const auto& event : events) {
    if (event->type != EventType::moved) continue;
    const auto& job = event->job;
    const bool begins = job.status == JobStatus::processing && event->previous_status == JobStatus::pending;
    if (begins && job.attempt == 1) queue_wait_.observe(time(push::ready_since(job), event->at));
    if (job.status == JobStatus::completed && job.started_at) duration_.observe(time(*job.started_at, event->at));
  }
}

}  // namespace jobcast
