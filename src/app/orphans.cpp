#include "app/orphans.hpp"

#include <filesystem>
#include <future>
#include <spdlog/spdlog.h>

namespace jobcast {
namespace fs = std::filesystem;
namespace {

result<bool> exists(JobStore& store, const JobId& id) {
  std::promise<result<Job>> promise;
  auto found = promise.get_future();
  store.find(id, [&promise](result<Job> job) { promise.set_value(std::move(job)); });
  const auto job = found.get();
  if (job) return true;
  if (job.error().code == errc::job_not_found) return false;
  return job.error();
}

result<std::size_t> remove_orphans_in(const fs::path& folder, JobStore& store) {
  std::size_t removed = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto id = JobId::parse(entry.path().filename().string());
    if (id) {
      const auto known = exists(store, *id);
      if (!known) return known.error();
      if (*known) continue;
    }
    fs::remove_all(entry.path(), error);
    ++removed;
  }
  return removed;
}

}  // namespace

result<std::size_t> remove_orphans(const DataDirectory& data, JobStore& store) {
  const auto uploads = remove_orphans_in(data.uploads(), store);
  if (!uploads) return uploads.error();
  const auto logs = remove_orphans_in(data.logs(), store);
  if (!logs) return logs.error();
  const auto removed = *uploads + *logs;
  if (removed > 0) spdlog::info("{} files of jobs that do not exist were removed", removed);
  return removed;
}

}  // namespace jobcast
