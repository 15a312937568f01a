#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "figures.hpp"

namespace jobcast::bench {

/// One round of requests, each sent when its connection has the answer to the one before.
struct Load {
  std::uint16_t port = 0;
  int connections = 0;
  SteadyClock::duration warm_up{};  ///< not counted
  SteadyClock::duration time{};
  std::function<std::string()> request;  ///< asked once, where the request never changes
  bool changes = false;                  ///< a new request each time
};

struct LoadResult {
  double answers_per_second = 0;
  double server_microseconds = 0;  ///< of processor time for one answer
};

/// Runs it on the calling thread. Throws unless every answer is 2xx.
/// @param processor_seconds  what the server has taken so far
LoadResult run_load(const Load& load, const std::function<double()>& processor_seconds);

}  // namespace jobcast::bench
