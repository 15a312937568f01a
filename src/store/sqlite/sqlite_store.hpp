#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "jobcast/clock.hpp"
#include "jobcast/config.hpp"
#include "jobcast/error.hpp"
#include "jobcast/event_log.hpp"
#include "jobcast/job_store.hpp"

#include "metrics/histogram.hpp"

namespace jobcast {

struct StoreOptions {
  std::filesystem::path database;  ///< created where it is missing; its folder must exist
  std::uint64_t max_queued_jobs = LimitsConfig{}.max_queued_jobs;  ///< pending jobs; beyond: errc::queue_full
  double progress_per_second = WorkConfig{}.progress_per_second;   ///< events a job; 0: every report
  std::uint64_t min_free_bytes = LimitsConfig{}.min_free_bytes;    ///< less free on the volume: errc::storage_full
  /// Why a failed or cancelled job could not run again: handler_missing or input_missing; nothing where it can.
  /// Called on the writer's thread, so it must be quick. None: every job can.
  std::function<std::optional<errc>(const Job&)> obstacle;
  std::chrono::milliseconds probe_interval{1'000};  ///< how often a storage that has failed is tried again
  metrics::Histogram* commit_time = nullptr;        ///< told of each group; none, or one that outlives the store
  std::string vfs;                                  ///< the SQLite VFS to go through; empty: the system's own
};

/// Both ends of one database. `events` reads through `jobs` and must not outlive it; destroyed in the order
/// given here backwards, they don't.
struct SqliteStore {
  std::unique_ptr<JobStore> jobs;
  std::unique_ptr<EventLog> events;
};

/// Opens or creates the database, migrates it, and returns to pending what was processing when it was last
/// closed (external jobs excepted). `clock` must outlive the store. Reading works from then on, writing from
/// JobStore::start().
/// Errors: storage_unavailable or storage_full, with one sentence that names the file: damaged, of a newer
/// version, no rights.
result<SqliteStore> open_sqlite_store(const StoreOptions& options, const Clock& clock);

}  // namespace jobcast
