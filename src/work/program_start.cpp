#include "work/program_start.hpp"

#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace jobcast {
namespace {

/// Where the descriptors that are still needed are kept while 0, 1 and 2 are put in place.
constexpr int out_of_the_way = 10;
constexpr int report_descriptor = 3;

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

bool place_descriptors(const ProgramStart& start, int& report) {
  report = ::fcntl(report, F_DUPFD_CLOEXEC, out_of_the_way);
  const int output = ::fcntl(start.output, F_DUPFD_CLOEXEC, out_of_the_way);
  const int errors = ::fcntl(start.errors, F_DUPFD_CLOEXEC, out_of_the_way);
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (report < 0 || output < 0 || errors < 0 || input < 0) return false;
  // Where the server itself was started without standard input, `input` is descriptor 0 already.
  if (input == STDIN_FILENO ? ::fcntl(input, F_SETFD, 0) != 0 : ::dup2(input, STDIN_FILENO) < 0) return false;
  if (::dup2(output, STDOUT_FILENO) < 0 || ::dup2(errors, STDERR_FILENO) < 0) return false;
  if (::dup3(report, report_descriptor, O_CLOEXEC) < 0) return false;
  report = report_descriptor;
  return ::close_range(report_descriptor + 1, ~0U, 0) == 0;
}

bool set_limits(const ProgramStart& start) {
  const rlimit no_core{0, 0};
  return ::setrlimit(RLIMIT_CPU, &start.cpu) == 0 && ::setrlimit(RLIMIT_AS, &start.memory) == 0 &&
         ::setrlimit(RLIMIT_FSIZE, &start.file) == 0 && ::setrlimit(RLIMIT_CORE, &no_core) == 0;
}

}  // namespace

void become_program(const ProgramStart& start, pid_t parent, int report) {
  // A session of its own has no terminal to ask at, and is a process group too.
  if (::setsid() < 0) give_up(report);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(report);
  // The parent may have died before PDEATHSIG was set.
  if (::getppid() != parent) ::_exit(127);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(report);
  if (!place_descriptors(start, report)) give_up(report);
  if (::chdir(start.directory) != 0) give_up(report);
  restore_signals();
  if (!set_limits(start)) give_up(report);
  ::execve(start.program, start.arguments, start.environment);
  give_up(report);
}

}  // namespace jobcast
