#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "jobcast/event_bus.hpp"
#include "jobcast/job_store.hpp"

#include "store/commit_backend.hpp"

namespace jobcast {

/// Tells what became of each group of commands, in their order: the sinks first, then the callers. On a thread of its
/// own, so that the writer commits the next group meanwhile; waking those who wait takes a good part of the time.
class Teller {
 public:
  using Done = JobStore::Callback<CommandOutcome>;

  struct Group {
    GroupOutcome outcome;
    std::vector<Done> callers;  ///< one an outcome; where the storage failed, all are told that
  };

  Teller() = default;
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  /// stop().
  ~Teller();

  void start(std::vector<EventSink*> sinks);

  /// Blocks while limits::untold_groups wait already. From one thread.
  void tell(Group group);

  /// Tells what is left and ends the thread.
  void stop();

 private:
  void run();
  void tell_now(Group& group);

  std::vector<EventSink*> sinks_;
  std::mutex mutex_;  ///< guards what follows, up to the empty line
  std::condition_variable changed_;
  std::deque<Group> untold_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace jobcast
