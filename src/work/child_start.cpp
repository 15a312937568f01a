#include "work/child_start.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "work/guardian.hpp"

namespace jobcast {
namespace {

constexpr const char* default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string search_path() {
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return path != nullptr && *path != '\0' ? path : default_path;
}

/// The program's path, or nothing.
std::string find_program(const std::string& name, std::string_view path) {
  if (name.find('/') != std::string::npos) return name;
  while (!path.empty()) {
    const auto end = path.find(':');
    const auto directory = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    if (!directory.starts_with('/')) continue;
    auto candidate = std::string(directory) + '/' + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (auto& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

bool open_pipe(Pipe& pipe) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  pipe.read = Descriptor(ends[0]);
  pipe.write = Descriptor(ends[1]);
  return true;
}

/// At most what the server itself may use.
rlimit limit_of(int resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit ours{};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &ours);
  return {std::min<rlim_t>(soft, ours.rlim_max), std::min<rlim_t>(hard, ours.rlim_max)};
}

void set_limits(ProgramStart& start, const ChildLimits& limits) {
  const auto cpu_seconds = static_cast<std::uint64_t>(limits.cpu_time.count());
  start.cpu = limit_of(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1);
  start.memory = limit_of(RLIMIT_AS, limits.memory_bytes, limits.memory_bytes);
  start.file = limit_of(RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes);
}

/// Forks with all signals blocked, so that no handler of ours runs in the guardian.
pid_t fork_guardian(const ProgramStart& start, int control, int status) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_guardian(start, control, status);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

StartedChild failed_start(int error) {
  StartedChild child;
  child.error = error;
  return child;
}

}  // namespace

StartedChild start_child(const ChildSpec& spec) {
  const auto path = search_path();
  const auto program = find_program(spec.arguments.at(0), path);
  if (program.empty()) return failed_start(ENOENT);
  auto arguments = spec.arguments;
  const auto directory = spec.working_directory.string();
  std::vector<std::string> environment = {"PATH=" + path, "LANG=C.UTF-8", "HOME=" + directory, "TMPDIR=" + directory};
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);

  Pipe output;
  Pipe errors;
  Pipe control;
  Pipe status;
  if (!open_pipe(output) || !open_pipe(errors) || !open_pipe(control) || !open_pipe(status)) {
    return failed_start(errno);
  }
  ProgramStart start;
  start.program = program.c_str();
  start.arguments = argument_pointers.data();
  start.environment = environment_pointers.data();
  start.directory = directory.c_str();
  start.output = output.write.get();
  start.errors = errors.write.get();
  set_limits(start, spec.limits);

  StartedChild child;
  child.guardian = fork_guardian(start, control.read.get(), status.write.get());
  if (child.guardian < 0) return failed_start(errno);
  child.control = std::move(control.write);
  child.status = std::move(status.read);
  child.output = std::move(output.read);
  child.errors = std::move(errors.read);
  ::fcntl(child.output.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(child.errors.get(), F_SETFL, O_NONBLOCK);
  return child;
}

}  // namespace jobcast
