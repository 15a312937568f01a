#pragma once

#include <string>

#include "jobcast/job.hpp"

namespace jobcast::push {

/// Appends the job as the JSON object that clients see (contract, section 2). A result above
/// limits::inline_result_bytes is told as null, unless `whole_result`.
void append_job_json(std::string& out, const Job& job, bool whole_result = false);

std::string job_json(const Job& job, bool whole_result = false);

/// Appends {"total_jobs":...,...}.
void append_counts_json(std::string& out, const JobCounts& counts);

}  // namespace jobcast::push
