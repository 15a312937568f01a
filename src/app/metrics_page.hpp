#pragma once

#include <string>

#include "jobcast/job.hpp"

#include "push/shard.hpp"
#include "work/worker_pool.hpp"

namespace jobcast {

/// What /metrics answers.
std::string metrics_page(const JobCounts& counts, const push::StreamCounters& streams, const WorkStats& work);

}  // namespace jobcast
