#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/error.hpp"
#include "jobcast/job.hpp"

namespace jobcast {

/// What a worker outside asks for.
struct ClaimRequest {
  std::vector<std::string> kinds;  ///< of which it takes any; external ones
  std::string worker;              ///< as it calls itself
  std::chrono::milliseconds lease_time{};
  std::chrono::milliseconds wait{};  ///< for a job, where none is ready
};

/// A job that runs from now on, outside.
struct Claim {
  Job job;
  std::string lease;                   ///< to be told with every PATCH of the job
  std::optional<std::string> payload;  ///< JSON text
};

/// Gives external jobs to workers outside: the highest priority first, then the oldest, each when its time has come,
/// none of a paused kind. Callable from any thread.
class JobClaims {
 public:
  using Ticket = std::uint64_t;
  using Callback = std::function<void(result<std::optional<Claim>>)>;

  virtual ~JobClaims() = default;

  /// `done` is called exactly once, on another thread, and must not block: with a claim, with nothing when the wait is
  /// over or the server stops, or with an error: queue_full (too many wait), or those of JobStore::submit().
  virtual Ticket claim(ClaimRequest request, Callback done) = 0;

  /// Who asked is gone: `done` is called with nothing soon, if it was not called before.
  virtual void withdraw(Ticket ticket) = 0;

  /// Nobody was there to take it: the job waits again, no retry is used.
  virtual void give_back(const Claim& claim) = 0;
};

}  // namespace jobcast
