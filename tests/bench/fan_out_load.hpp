#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "fan_out_targets.hpp"
#include "figures.hpp"
#include "subscribers.hpp"

namespace jobcast::bench {

struct Figures {
  double microseconds = 0;  ///< of the server's processor time, for one delivery
  double median_delay = 0;  ///< in microseconds
  double late_delay = 0;    ///< 99 of 100 are not later
  double per_second = 0;    ///< deliveries
};

/// So many requests a second, evenly; 0: one after the other as fast as they are answered. How many there were.
std::size_t publish(const Target& target, const std::function<std::string()>& request, double per_second,
                    double seconds_to_go);

/// The same from several connections at once.
std::size_t publish_together(const Target& target, const std::function<std::string(std::size_t)>& request,
                             std::size_t publishers, double per_second, double seconds_to_go);

/// Until so many have come, or none comes any more: of what waits for a slow reader, late progress replaces earlier.
/// Gives when the last one came.
SteadyClock::time_point wait_for(const Subscribers& subscribers, std::uint64_t deliveries);

/// Events to all subscribers.
/// @param publishers  connections that publish
Figures measure(const Target& target, Subscribers& subscribers, std::size_t publishers, double per_second,
                double seconds_to_go);

}  // namespace jobcast::bench
