#pragma once

#include <memory>

#include "jobcast/config.hpp"
#include "jobcast/job_handler.hpp"

namespace jobcast {

/// Runs a configured command for each job (contract, section 5): no shell, as child_process.hpp says. Its lines on
/// standard output tell progress (output_lines.hpp); what else it writes goes to the job's log. Exit 0 completes.
///
/// Where the command names {output}, the file that it wrote there is the job's result, of which
/// `{"media_type","bytes","sha256"}` is told; else `{"exit_code":0}`.
std::unique_ptr<JobHandler> make_command_handler(const HandlerConfig& config);

}  // namespace jobcast
