#pragma once

#include <string>

#include "jobcast/job.hpp"

#include "app/job_metrics.hpp"
#include "push/shard.hpp"
#include "work/worker_pool.hpp"

namespace jobcast {

/// What the parts of the program count.
struct MetricSources {
  const push::StreamCounters& streams;
  const WorkStats& work;
  const JobMetrics& jobs;
  const metrics::Histogram& commits;
};

/// What /metrics answers.
std::string metrics_page(const JobCounts& counts, const MetricSources& sources);

}  // namespace jobcast
