#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "jobcast/clock.hpp"
#include "jobcast/event_bus.hpp"
#include "jobcast/job_store.hpp"

#include "base/data_directory.hpp"
#include "work/handler_catalog.hpp"

namespace jobcast {

/// What the pool does now and did since it was made. Readable from any thread; each number by itself.
struct WorkStats {
  std::atomic<std::int64_t> running{0};      ///< attempts under way
  std::atomic<std::int64_t> ready{0};        ///< pending jobs that wait for a worker
  std::atomic<std::int64_t> delayed{0};      ///< pending jobs that wait for their time
  std::atomic<std::int64_t> completed{0};    ///< attempts that succeeded
  std::atomic<std::int64_t> failed{0};       ///< attempts that failed, those to be retried included
  std::atomic<std::int64_t> interrupted{0};  ///< attempts given back because the server stops
};

struct WorkerPoolOptions {
  unsigned workers = 0;  ///< 0: one a core
  std::chrono::milliseconds shutdown_grace{10'000};
};

/// How many workers there are where the configuration says `wanted`: 0 stands for one a core.
unsigned worker_count(unsigned wanted);

/// Runs pending jobs that are not external, the highest priority first, then the oldest, each when its time has
/// come, none of a paused kind, and of each kind at most as many at once as its handler allows.
///
/// Order of life: make it, JobStore::start() with it among the sinks, start(); at the end begin_stop(), join(), and
/// only then destroy the store, which must happen before the pool is destroyed.
class WorkerPool final : public EventSink {
 public:
  /// The arguments but `past` must outlive join().
  WorkerPool(JobStore& store, const HandlerCatalog& catalog, const DataDirectory& data, const Clock& clock,
             const StoreSnapshot& past, WorkerPoolOptions options = {});
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Stops and joins as begin_stop() and join() do, where that has not been done.
  ~WorkerPool() override;

  /// Begins to claim jobs. Once, after JobStore::start().
  void start();

  /// Learns which jobs wait, and stops the attempts of jobs that were cancelled. Called on the store's thread.
  void on_commit(EventSpan events) override;
  void on_pause(std::string_view kind, bool paused) override;

  /// No job is claimed from now on; what runs has shutdown_grace left, counted from the first call. Returns at once.
  void begin_stop();

  /// Waits for what runs until the grace is over, then stops it and gives it back to the queue, which uses no
  /// retry. Returns when no worker is left. The store must still take commands. Call begin_stop() first.
  void join();

  [[nodiscard]] const WorkStats& stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jobcast
