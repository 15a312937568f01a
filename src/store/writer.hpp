#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/event_bus.hpp"
#include "jobcast/job_store.hpp"

#include "metrics/histogram.hpp"
#include "store/commit_backend.hpp"
#include "store/teller.hpp"

namespace jobcast {

/// The one thread that changes the database: takes waiting commands in groups, commits each group, and has the sinks
/// and the callers told. Wakes by itself for deferred progress, to tidy up, and, after the storage has
/// failed, to find out whether it works again; till then every command is refused with the failure's error.
class Writer {
 public:
  using Done = JobStore::Callback<CommandOutcome>;

  /// `backend` and `clock` must outlive the writer, and so must `commit_time` where it is given.
  /// @param probe_interval  how often a storage that has failed is tried again
  /// @param commit_time     told of each group that was committed
  Writer(CommitBackend& backend, const Clock& clock, std::chrono::milliseconds probe_interval,
         metrics::Histogram* commit_time = nullptr);

  /// stop().
  ~Writer();

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void start(std::vector<EventSink*> sinks);

  /// From any thread. Errors at once, on the caller's thread: queue_full, shutting_down, or the failure's.
  void submit(Command command, Done done);

  /// Commits what was submitted and what is deferred, and ends the thread; what comes later is refused. Without a
  /// start(), what was submitted is refused also.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;

  struct Waiting {
    Command command;
    Done done;
    std::size_t bytes = 0;
  };

  struct Group {
    std::vector<Command> commands;
    std::vector<Done> callers;
    bool is_last = false;  ///< stop() was called and nothing waits any more
  };

  [[nodiscard]] std::optional<Error> refusal(std::size_t bytes) const;
  void run();
  Group next_group();
  [[nodiscard]] std::optional<Time> next_wake() const;
  void take_group(Group& group);
  void commit(Group& group, Flush flush);
  void latch(Group& group, const Error& failure);
  void probe();

  CommitBackend& backend_;
  const Clock& clock_;
  std::chrono::milliseconds probe_interval_;
  metrics::Histogram* commit_time_;
  Teller teller_;

  std::mutex mutex_;  ///< guards what follows, up to the empty line
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::optional<Error> latched_;
  bool stopping_ = false;

  std::optional<Time> probe_at_;  ///< the writer's thread only
  std::optional<Time> tidy_at_;   ///< the writer's thread only
  std::thread thread_;
};

}  // namespace jobcast
