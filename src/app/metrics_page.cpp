#include "app/metrics_page.hpp"

#include "metrics/prometheus_text.hpp"

namespace jobcast {

using metrics::Metric;
using metrics::MetricKind;

std::string metrics_page(const JobCounts& counts, const push::StreamCounters& streams, const WorkStats& work) {
  Metric jobs{"jobcast_jobs", "Jobs in the database, by status.", MetricKind::gauge, "status", {}};
  for (std::size_t i = 0; i < job_status_count; ++i) {
    const auto status = static_cast<JobStatus>(i);
    jobs.values.emplace_back(to_string(status), static_cast<double>(counts[status]));
  }
  Metric open{"jobcast_open_streams", "Event streams that are open, by kind.", MetricKind::gauge, "kind", {}};
  for (std::size_t i = 0; i < push::stream_kind_count; ++i) {
    open.values.emplace_back(push::to_string(static_cast<push::StreamKind>(i)),
                             static_cast<double>(streams.open[i].load(std::memory_order_relaxed)));
  }
  const auto single = [](const char* name, const char* help, MetricKind kind, const std::atomic<std::int64_t>& value) {
    return Metric{name, help, kind, "", {{"", static_cast<double>(value.load(std::memory_order_relaxed))}}};
  };
  return metrics::prometheus_text({
      std::move(jobs),
      std::move(open),
      single("jobcast_streams_dropped_total", "Streams closed because their client was too slow.", MetricKind::counter,
             streams.dropped),
      single("jobcast_attempts_running", "Attempts at jobs that are under way.", MetricKind::gauge, work.running),
      single("jobcast_attempts_completed_total", "Attempts at jobs that succeeded.", MetricKind::counter,
             work.completed),
      single("jobcast_attempts_failed_total", "Attempts at jobs that failed.", MetricKind::counter, work.failed),
  });
}

}  // namespace jobcast
