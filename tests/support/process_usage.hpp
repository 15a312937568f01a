#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace jobcast {

inline std::filesystem::path process_directory(pid_t process) {
  return std::filesystem::path("/proc") / std::to_string(process);
}

/// Processor time that the process has taken so far, in seconds.
/// @param threads  how the names of the threads begin that are counted; empty: all
inline double processor_seconds_of(pid_t process, std::string_view threads = {}) {
  double nanoseconds = 0;
  for (const auto& thread : std::filesystem::directory_iterator(process_directory(process) / "task")) {
    std::string name;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    if (!name.starts_with(threads)) continue;
    // The first number of schedstat is the time on a processor in nanoseconds.
    double value = 0;
    std::ifstream(thread.path() / "schedstat") >> value;
    nanoseconds += value;
  }
  return nanoseconds / 1e9;
}

/// Memory of its own (anonymous pages) that the process holds now, in bytes.
inline double own_memory_bytes_of(pid_t process) {
  constexpr double kib = 1024;
  std::ifstream rollup(process_directory(process) / "smaps_rollup");
  for (std::string word; rollup >> word;) {
    if (word != "Anonymous:") continue;
    double value = 0;
    rollup >> value;
    return value * kib;
  }
  return 0;
}

}  // namespace jobcast
