#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "jobcast/clock.hpp"
#include "jobcast/config.hpp"
#include "jobcast/job_store.hpp"

#include "base/data_directory.hpp"

namespace jobcast {

/// Forgets what is older than the configuration wants to keep, in the background and in small steps, with pauses
/// between them: others' commands never wait for more than one step. A thread of its own.
class Retention {
 public:
  /// All must outlive stop().
  Retention(JobStore& store, const DataDirectory& data, const Clock& clock, RetentionConfig config);
  Retention(const Retention&) = delete;
  Retention& operator=(const Retention&) = delete;

  /// stop(), where that has not been done.
  ~Retention();

  /// After JobStore::start().
  void start();

  /// Returns when the step under way is done.
  void stop();

 private:
  void run();
  [[nodiscard]] Prune next_step() const;
  bool wait(std::chrono::milliseconds time);

  JobStore& store_;
  const DataDirectory& data_;
  const Clock& clock_;
  const RetentionConfig config_;

  std::mutex mutex_;  ///< guards what follows, up to the empty line
  std::condition_variable changed_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace jobcast
