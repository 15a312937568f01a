#include "app/orphans.hpp"

#include <filesystem>
#include <future>
#include <optional>
#include <spdlog/spdlog.h>
#include <string>

namespace jobcast {
namespace fs = std::filesystem;
namespace {

/// The job, or nothing where there is none of that id.
result<std::optional<Job>> find(JobStore& store, const JobId& id) {
  std::promise<result<Job>> promise;
  auto found = promise.get_future();
  store.find(id, [&promise](result<Job> job) { promise.set_value(std::move(job)); });
  auto job = found.get();
  if (job) return std::optional<Job>(std::move(*job));
  if (job.error().code == errc::job_not_found) return std::optional<Job>();
  return job.error();
}

std::size_t remove_whole(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
  return 1;
}

/// Of what attempts made, only a completed job's last is its result.
std::size_t remove_old_results(const fs::path& folder, const Job& job) {
  const auto kept = job.status == JobStatus::completed ? std::to_string(job.attempt) : std::string();
  std::size_t removed = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename() != kept) removed += remove_whole(entry.path());
  }
  fs::remove(folder, error);  // where it is empty
  return removed;
}

/// What is left over of one file or folder that bears a job's id.
using RemoveOld = std::size_t (*)(const fs::path&, const Job&);

result<std::size_t> remove_orphans_in(const fs::path& folder, JobStore& store, RemoveOld remove_old = nullptr) {
  std::size_t removed = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto id = JobId::parse(entry.path().filename().string());
    if (id) {
      const auto job = find(store, *id);
      if (!job) return job.error();
      if (*job && remove_old != nullptr) removed += remove_old(entry.path(), **job);
      if (*job) continue;
    }
    removed += remove_whole(entry.path());
  }
  return removed;
}

}  // namespace

result<std::size_t> remove_orphans(const DataDirectory& data, JobStore& store) {
  const auto uploads = remove_orphans_in(data.uploads(), store);
  if (!uploads) return uploads.error();
  const auto logs = remove_orphans_in(data.logs(), store);
  if (!logs) return logs.error();
  const auto results = remove_orphans_in(data.results(), store, remove_old_results);
  if (!results) return results.error();
  const auto removed = *uploads + *logs + *results;
  if (removed > 0) spdlog::info("{} files that belong to no job were removed", removed);
  return removed;
}

}  // namespace jobcast
