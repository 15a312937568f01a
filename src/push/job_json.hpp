#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "jobcast/job.hpp"

#include "push/queue_view.hpp"

namespace jobcast::push {

/// Appends the job as the JSON object that clients see (contract, section 2), with its place in the queue unknown. A
/// result above limits::inline_result_bytes is told as null, unless `whole_result`.
void append_job_json(std::string& out, const Job& job, bool whole_result = false);

std::string job_json(const Job& job, bool whole_result = false);

/// Tells the place in the queue of a job that waits or runs: queue_position, eta_seconds and stalled. They change with
/// every moment, so what is framed once for many says nothing of them; its watchers get `queue` events.
/// @param out  ends with what append_job_json() appended
void tell_place(std::string& out, const QueueState& place);

/// The same for a job of which the queue knows; a final one has no place.
void tell_place(std::string& out, const Job& job, QueueView& queue);

/// Appends a number, or null.
void append_optional_number(std::string& out, std::optional<std::int64_t> value);

/// Appends {"total_jobs":...,...}.
void append_counts_json(std::string& out, const JobCounts& counts);

}  // namespace jobcast::push
