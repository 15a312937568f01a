#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

#include "support/temporary_directory.hpp"

namespace jobcast {

/// What a program that ended by itself left.
struct ProgramRun {
  int code = 0;  ///< exit code; a signal's number, negative
  std::string out;
  std::string err;
};

/// Runs jobcastd with these arguments until it ends. Throws if it does not.
ProgramRun run_jobcastd(const std::vector<std::string>& arguments);

/// The real jobcastd, on a port that the system picks and in a data directory of its own, which is removed at the end.
class ServerProcess {
 public:
  /// Starts it and returns when it accepts connections. Throws if it never does.
  /// @param config  TOML
  /// @param host    to listen on; it must be reachable as 127.0.0.1
  explicit ServerProcess(const std::string& config = {}, std::string host = "127.0.0.1");
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::filesystem::path data_dir() const { return directory_.path() / "data"; }
  [[nodiscard]] std::filesystem::path config_file() const { return directory_.path() / "jobcast.toml"; }
  [[nodiscard]] pid_t pid() const { return pid_; }

  /// What it has logged so far, over all starts.
  [[nodiscard]] std::string log() const;

  /// Files that are kept for jobs, and those of running attempts.
  [[nodiscard]] std::size_t count_uploads() const;

  void send_signal(int number) const;

  /// Waits for the end. Gives the exit code; a signal's number, negative. Throws if it does not end.
  int wait_for_exit();

  /// SIGTERM, and the exit code.
  int stop();

  /// SIGKILL, as a crash would.
  void kill();

  /// Starts it anew on the same data directory and port.
  void start_again();

 private:
  void start(std::uint16_t port);

  TemporaryDirectory directory_;
  std::string host_;
  pid_t pid_ = -1;
  int stdout_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace jobcast
