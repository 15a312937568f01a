#include "support/server_process.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace jobcast {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

/// Far more than it takes under a sanitizer on a busy machine.
constexpr auto patience = std::chrono::seconds(60);

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return left < 0 ? 0 : static_cast<int>(left);
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Starts the program; its standard output goes to `out`, its standard error to `err`. Call it from the main thread:
/// the program is killed when the thread that started it ends.
pid_t spawn(const std::vector<std::string>& arguments, int out, int err) {
  std::vector<char*> argv = {const_cast<char*>(JOBCASTD)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("fork: " + std::string(std::strerror(errno)));
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

/// Waits for the end of a child. Gives its exit code, or a signal's number, negative.
int await_end(pid_t pid) {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  pollfd ended{descriptor, POLLIN, 0};
  const auto deadline = Clock::now() + patience;
  int ready = 0;
  do {
    ready = ::poll(&ended, 1, milliseconds_until(deadline));
  } while (ready < 0 && errno == EINTR && Clock::now() < deadline);
  ::close(descriptor);
  if (ready <= 0) throw std::runtime_error("jobcastd does not end");
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Reads up to the first line end, or to the end.
std::string read_line(int descriptor) {
  const auto deadline = Clock::now() + patience;
  std::string line;
  while (line.empty() || line.back() != '\n') {
    pollfd readable{descriptor, POLLIN, 0};
    if (::poll(&readable, 1, milliseconds_until(deadline)) <= 0) break;
    char c = 0;
    if (::read(descriptor, &c, 1) != 1) break;
    line += c;
  }
  return line;
}

int open_for_append(const fs::path& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

}  // namespace

ProgramRun run_jobcastd(const std::vector<std::string>& arguments) {
  const TemporaryDirectory directory;
  const int out = open_for_append(directory.path() / "out");
  const int err = open_for_append(directory.path() / "err");
  const pid_t pid = spawn(arguments, out, err);
  ::close(out);
  ::close(err);
  ProgramRun run;
  try {
    run.code = await_end(pid);
  } catch (...) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    throw;
  }
  run.out = read_file(directory.path() / "out");
  run.err = read_file(directory.path() / "err");
  return run;
}

ServerProcess::ServerProcess(const std::string& config, std::string host) : host_(std::move(host)) {
  std::ofstream(config_file()) << config;
  start(0);
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (stdout_ >= 0) ::close(stdout_);
}

void ServerProcess::start(std::uint16_t port) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const int err = open_for_append(directory_.path() / "log");
  pid_ = spawn({"--config", config_file(), "--data-dir", data_dir(), "--listen", host_ + ':' + std::to_string(port)},
               ends[1], err);
  ::close(ends[1]);
  ::close(err);
  if (stdout_ >= 0) ::close(stdout_);
  stdout_ = ends[0];
  const auto line = read_line(stdout_);
  const auto expected = "jobcastd listening on http://" + host_ + ':';
  if (!line.starts_with(expected)) throw std::runtime_error("jobcastd did not start: " + line + log());
  port_ = static_cast<std::uint16_t>(std::stoi(line.substr(expected.size())));
}

std::string ServerProcess::log() const {
  return read_file(directory_.path() / "log");
}

std::size_t ServerProcess::count_uploads() const {
  std::size_t count = 0;
  for (const auto* folder : {"uploads", "scratch"}) {
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(data_dir() / folder)) ++count;
  }
  return count;
}

void ServerProcess::send_signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int ServerProcess::wait_for_exit() {
  const int code = await_end(pid_);
  pid_ = -1;
  return code;
}

int ServerProcess::stop() {
  send_signal(SIGTERM);
  return wait_for_exit();
}

void ServerProcess::kill() {
  send_signal(SIGKILL);
  wait_for_exit();
}

void ServerProcess::start_again() {
  start(port_);
}

}  // namespace jobcast
