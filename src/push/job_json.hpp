#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "jobcast/job.hpp"

#include "push/queue_view.hpp"

namespace jobcast::push {

/// Appends the job as the JSON object that clients see (contract, section 2). A result above
/// limits::inline_result_bytes is told as null, unless `whole_result`.
void append_job_json(std::string& out, const Job& job, bool whole_result = false);

std::string job_json(const Job& job, bool whole_result = false);

/// Adds its place in the queue to a job's JSON: queue_position and eta_seconds while it waits, eta_seconds and stalled
/// while it runs. They change with every moment, so they are no part of what is logged, framed and shared.
/// @param out  ends with the job's JSON object, which gets the members
void add_queue_members(std::string& out, const Job& job, QueueView& queue);

/// Appends a number, or null.
void append_optional_number(std::string& out, std::optional<std::int64_t> value);

/// Appends {"total_jobs":...,...}.
void append_counts_json(std::string& out, const JobCounts& counts);

}  // namespace jobcast::push
