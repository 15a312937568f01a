#include "work/child_start.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace jobcast {
namespace {

constexpr const char* default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Where the child keeps the descriptors that it still needs while it puts 0, 1 and 2 in place.
constexpr int out_of_the_way = 10;
constexpr int report_descriptor = 3;

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

/// Everything the child needs, made before the fork: after it only async-signal-safe calls are allowed
/// (signal-safety(7)), as another thread may have held any lock.
struct Preparation {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const char* directory = nullptr;
  rlimit cpu{};
  rlimit memory{};
  rlimit file{};
  int output = -1;
  int errors = -1;
  int report = -1;
  pid_t parent = -1;
};

[[noreturn]] void give_up(int report) {
  const int error = errno;
  const auto written = ::write(report, &error, sizeof error);
  ::_exit(written == sizeof error ? 126 : 127);
}

void restore_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool place_descriptors(const Preparation& child, int& report) {
  report = ::fcntl(child.report, F_DUPFD_CLOEXEC, out_of_the_way);
  const int output = ::fcntl(child.output, F_DUPFD_CLOEXEC, out_of_the_way);
  const int errors = ::fcntl(child.errors, F_DUPFD_CLOEXEC, out_of_the_way);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (report < 0 || output < 0 || errors < 0 || input < 0) return false;
  // Where the server itself was started without standard input, `input` is descriptor 0 already.
  if (input == STDIN_FILENO ? ::fcntl(input, F_SETFD, 0) != 0 : ::dup2(input, STDIN_FILENO) < 0) return false;
  if (::dup2(output, STDOUT_FILENO) < 0 || ::dup2(errors, STDERR_FILENO) < 0) return false;
  if (::dup3(report, report_descriptor, O_CLOEXEC) < 0) return false;
  report = report_descriptor;
  return ::close_range(report_descriptor + 1, ~0U, 0) == 0;
}

bool set_limits(const Preparation& child) {
  const rlimit no_core{0, 0};
  return ::setrlimit(RLIMIT_CPU, &child.cpu) == 0 && ::setrlimit(RLIMIT_AS, &child.memory) == 0 &&
         ::setrlimit(RLIMIT_FSIZE, &child.file) == 0 && ::setrlimit(RLIMIT_CORE, &no_core) == 0;
}

/// The child's side of the fork.
[[noreturn]] void become_program(const Preparation& child) {
  int report = child.report;
  if (::setpgid(0, 0) != 0) give_up(report);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(report);
  // The parent may have died before PDEATHSIG was set.
  if (::getppid() != child.parent) ::_exit(127);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(report);
  if (!place_descriptors(child, report)) give_up(report);
  if (::chdir(child.directory) != 0) give_up(report);
  restore_signals();
  if (!set_limits(child)) give_up(report);
  ::execve(child.program, child.arguments, child.environment);
  give_up(report);
}

/// At most what the server itself may use.
rlimit limit_of(int resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit ours{};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &ours);
  return {std::min<rlim_t>(soft, ours.rlim_max), std::min<rlim_t>(hard, ours.rlim_max)};
}

/// Forks with all signals blocked, so that no handler of ours runs in the child.
pid_t fork_quietly(const Preparation& child) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become_program(child);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

/// Waits until the child has executed its program (then the pipe closes) or has told why it can't.
int start_error(int report) {
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(report, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
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
  Pipe report;
  if (!open_pipe(output) || !open_pipe(errors) || !open_pipe(report)) return failed_start(errno);

  Preparation preparation;
  preparation.program = program.c_str();
  preparation.arguments = argument_pointers.data();
  preparation.environment = environment_pointers.data();
  preparation.directory = directory.c_str();
  const auto cpu_seconds = static_cast<std::uint64_t>(spec.limits.cpu_time.count());
  preparation.cpu = limit_of(RLIMIT_CPU, cpu_seconds, cpu_seconds + 1);
  preparation.memory = limit_of(RLIMIT_AS, spec.limits.memory_bytes, spec.limits.memory_bytes);
  preparation.file = limit_of(RLIMIT_FSIZE, spec.limits.file_bytes, spec.limits.file_bytes);
  preparation.output = output.write.get();
  preparation.errors = errors.write.get();
  preparation.report = report.write.get();
  preparation.parent = ::getpid();

  StartedChild child;
  child.pid = fork_quietly(preparation);
  if (child.pid < 0) return failed_start(errno);
  report.write.reset();
  child.error = start_error(report.read.get());
  if (child.error != 0) {
    while (::waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return failed_start(child.error);
  }
  child.output = std::move(output.read);
  child.errors = std::move(errors.read);
  ::fcntl(child.output.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(child.errors.get(), F_SETFL, O_NONBLOCK);
  return child;
}

}  // namespace jobcast
