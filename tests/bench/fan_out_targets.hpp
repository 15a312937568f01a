#pragma once

#include <functional>
#include <string>

#include "servers.hpp"

namespace jobcast::bench {

/// A server under test, and how to publish an event to its subscribers.
struct Target {
  RunningServer server;
  std::string subscribe;                                   ///< the request that opens a stream
  std::function<std::string(const std::string&)> publish;  ///< the request that publishes an event with this mark
};

/// Makes an external job that is processing; the path of its resource.
std::string make_running_job(const RunningServer& server, const std::string& filename);

/// The id in such a path.
std::string job_id_of(const std::string& path);

/// The PATCH that reports progress with this mark.
std::string report_of(const std::string& path, const std::string& mark);

/// jobcastd with one external job; every report becomes an event.
Target jobcast_target();

/// The bytes of one event as a subscriber of jobcastd gets them.
std::string sample_frame(const Target& jobcast);

/// The program that does nothing but send(), with events of these bytes.
Target bare_target(const std::string& frame);

/// One nginx worker with Debian's nchan, whose events have as many bytes. Throws where it is not installed.
Target nchan_target(const std::string& frame);

}  // namespace jobcast::bench
