#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>

#include "jobcast/event.hpp"

namespace jobcast {

/// The attempts that the log says are under way, each with the means to stop it. Told by the log alone, so that a
/// cancel in the same commit as the start is not missed. Callable from any thread.
class RunningAttempts {
 public:
  /// An attempt begins, or is over: then its stop is requested.
  void apply(const JobEvent& event);

  /// The means to stop this attempt; nothing where it is over already.
  [[nodiscard]] std::optional<std::stop_source> find(const JobId& id, std::int64_t attempt) const;

  /// Requests the stop of all, those that begin later included.
  void stop_all();

 private:
  struct Attempt {
    std::int64_t number = 0;
    std::stop_source stop;
  };

  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::unordered_map<JobId, Attempt> attempts_;
};

}  // namespace jobcast
