#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <sys/types.h>
#include <vector>

#include "support/eventually.hpp"

namespace jobcast {

/// Whether the process is gone, or a zombie that its parent has not reaped yet.
inline bool is_gone(pid_t pid) {
  std::ostringstream stat;
  stat << std::ifstream("/proc/" + std::to_string(pid) + "/stat").rdbuf();
  const auto text = stat.str();
  const auto name_end = text.rfind(')');
  return name_end == std::string::npos || text.substr(name_end + 2, 1) == "Z";
}

inline bool becomes_gone(pid_t pid) {
  return eventually([pid] { return is_gone(pid); });
}

/// The numbers in a text.
inline std::vector<pid_t> pids_in(const std::string& text) {
  std::istringstream stream(text);
  std::vector<pid_t> pids;
  for (pid_t pid = 0; stream >> pid;) pids.push_back(pid);
  return pids;
}

/// The numbers in a file, once it has `count` of them.
inline std::vector<pid_t> pids_in_file(const std::string& path, std::size_t count) {
  std::vector<pid_t> pids;
  eventually([&] {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    // A number without its line end may still be written.
    pids = text.str().ends_with('\n') ? pids_in(text.str()) : std::vector<pid_t>();
    return pids.size() >= count;
  });
  return pids;
}

}  // namespace jobcast
