#pragma once

#include "jobcast/error.hpp"
#include "jobcast/job_store.hpp"

#include "base/data_directory.hpp"

namespace jobcast {

/// Removes uploads, logs and results of jobs that do not exist: their upload was never committed, or the server died
/// between a job's deletion and its file's. Of those that do, removes what attempts made that did not complete them.
/// Blocks; at start, before anything is uploaded. Gives how many were removed.
result<std::size_t> remove_orphans(const DataDirectory& data, JobStore& store);

}  // namespace jobcast
