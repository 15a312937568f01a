#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "child_program.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast::bench {

/// A server on a free port of 127.0.0.1 with all its files in a directory of its own, until the end of this object.
struct RunningServer {
  std::unique_ptr<TemporaryDirectory> directory;
  std::unique_ptr<ChildProgram> program;
  std::uint16_t port = 0;
  std::vector<std::string> command;  ///< that started it, where it can be started again
};

/// @param settings  lines of its configuration file
/// @param prepare   is given the data directory before the server starts
RunningServer start_jobcastd(const std::string& settings, const std::vector<std::string>& flags,
                             const std::function<void(const std::filesystem::path&)>& prepare = {});

/// Kills the server as a crash would, and starts it again with the same settings and data, on another port.
void crash_and_restart(RunningServer& jobcastd);

/// One nginx worker with nchan (Debian: libnginx-mod-nchan): POST /publish goes to all streams of GET /subscribe.
RunningServer start_nchan();

/// One nginx worker that answers every request with the status, headers and size of the given answer.
RunningServer start_nginx(std::string_view answer);

}  // namespace jobcast::bench
