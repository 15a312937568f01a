#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace jobcast {

struct ChildLimits {
  std::chrono::milliseconds wall_time{60'000};
  std::chrono::seconds cpu_time{60};                   ///< RLIMIT_CPU, of each process
  std::uint64_t memory_bytes = 1024ULL * 1024 * 1024;  ///< RLIMIT_AS, of each process
  std::uint64_t file_bytes = 1024ULL * 1024 * 1024;    ///< RLIMIT_FSIZE, of each file
  std::size_t output_bytes = 16 * 1024 * 1024;         ///< standard output in all; beyond: killed
  std::size_t error_bytes = 64 * 1024;                 ///< standard error passed on; beyond: read and dropped

  /// For a size or count above: none.
  static constexpr std::size_t unlimited = SIZE_MAX;
};

struct ChildSpec {
  std::vector<std::string> arguments;       ///< the program first: a path, or a name to look up in PATH
  std::filesystem::path working_directory;  ///< also its HOME and TMPDIR
  ChildLimits limits;
  std::function<void(std::string_view)> on_output;  ///< bytes of standard output as they come; may be empty
  std::function<void(std::string_view)> on_error;   ///< bytes of standard error as they come; may be empty
};

struct ChildResult {
  enum class End : std::uint8_t {
    exited,       ///< by itself: see exit_code
    signalled,    ///< by a signal that was not ours: see signal
    timed_out,    ///< killed: the wall-clock time was over
    too_much,     ///< killed: standard output went over its limit
    stopped,      ///< killed: stop was requested
    not_started,  ///< see start_error
  };

  End end = End::not_started;
  int exit_code = 0;
  int signal = 0;
  int start_error = 0;     ///< errno: ENOENT where there is no such program
  std::string last_error;  ///< the last line of standard error that is not blank, valid UTF-8, at most 1 KiB
};

/// Runs a program to its end and returns when it and everything that it started is gone, also what left its process
/// group or session.
///
/// No shell. Standard input is empty, no descriptor of ours is inherited, the environment is PATH, LANG, HOME and
/// TMPDIR alone, no new privileges can be got. All of it dies with the server too, even by kill -9: between the two
/// stands a guardian (guardian.hpp).
///
/// Callable from any thread, also from several at once. The callbacks run on the calling thread; when one throws, the
/// child is killed and the exception goes on.
ChildResult run_child(const ChildSpec& spec, const std::stop_token& stop);

}  // namespace jobcast
