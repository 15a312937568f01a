#include "app/metrics_page.hpp"

#include "metrics/prometheus_text.hpp"

namespace jobcast {

using metrics::Metric;
using metrics::MetricKind;

std::string metrics_page(const JobCounts& counts, const MetricSources& sources) {
  const auto& [streams, work, job_metrics, commits] = sources;
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
  const auto times = [](const char* name, const char* help, const metrics::Histogram& histogram) {
    return Metric{name, help, MetricKind::histogram, "", {}, histogram.state()};
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
      times("jobcast_queue_wait_seconds", "From when a job could run to the start of its first attempt.",
            job_metrics.queue_wait()),
      times("jobcast_job_duration_seconds", "Of attempts that completed, from start to end.", job_metrics.duration()),
      times("jobcast_commit_seconds", "Of one group of changes, until it is on disk.", commits),
      times("jobcast_commit_to_socket_seconds",
            "From a commit's being told on until the last stream of its job, or the last dashboard, has it in its "
            "socket.",
            streams.commit_to_socket),
  });
}

}  // namespace jobcast
