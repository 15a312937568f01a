#include "work/guardian.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jobcast {
namespace {

/// How long processes that were sent SIGKILL are waited for: one that the kernel can't let go (a disk or file server
/// that does not answer) must not hold up the server.
constexpr long long patience_ms = 5'000;

/// Between two looks for processes that have come to the guardian while the others were dying.
constexpr int pause_ms = 20;

constexpr std::size_t stack_bytes = 64 * 1024;

using What = GuardianReport::What;

void tell(int status, What what, int value) {
  const GuardianReport report{what, value};
  // A server that is gone hears nothing, and SIGPIPE is blocked.
  [[maybe_unused]] const auto written = ::write(status, &report, sizeof report);
}

long long now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1'000'000;
}

/// The descriptors of a guardian.
struct Descriptors {
  int output = -1;
  int errors = -1;
  int control = -1;
  int status = -1;
};

/// Puts these at the first numbers above standard error and closes all others. What the run-time library may have to
/// say goes nowhere.
bool keep_only(Descriptors& kept) {
  constexpr int out_of_the_way = 100;
  int* const all[] = {&kept.output, &kept.errors, &kept.control, &kept.status};
  for (int* const descriptor : all) *descriptor = ::fcntl(*descriptor, F_DUPFD_CLOEXEC, out_of_the_way);
  int next = STDERR_FILENO + 1;
  for (int* const descriptor : all) {
    if (::dup3(*descriptor, next, O_CLOEXEC) < 0) return false;
    *descriptor = next++;
  }
  if (::close_range(static_cast<unsigned>(next), ~0U, 0) != 0) return false;
  for (int i = STDIN_FILENO; i <= STDERR_FILENO; ++i) ::close(i);
  for (int i = STDIN_FILENO; i <= STDERR_FILENO; ++i) {
    if (::open("/dev/null", O_RDWR | O_CLOEXEC) != i) return false;
  }
  return true;
}

/// Makes the descriptor readable with every SIGCHLD. -1: it can't be made.
int open_child_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;  // SIGCHLD ignored, as it may have been inherited, would reap on its own
  ::sigaction(SIGCHLD, &action, nullptr);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  return ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void forget_signals(int child_signals) {
  signalfd_siginfo seen{};
  while (::read(child_signals, &seen, sizeof seen) == sizeof seen) {
  }
}

/// What the program's process begins with.
struct Birth {
  const ProgramStart* start = nullptr;
  pid_t parent = -1;
  int report = -1;
  int status = -1;
};

int be_born(void* birth_of) {
  const auto& birth = *static_cast<const Birth*>(birth_of);
  // Told from here, since the program may kill the guardian as soon as it runs.
  tell(birth.status, What::forked, ::getpid());
  become_program(*birth.start, birth.parent, birth.report);
}

/// Starts the program and gives its pid, or an errno below 0. Shares the guardian's memory with it until it executes
/// (CLONE_VFORK), which saves copying the page tables of the server a second time.
pid_t start_program(const ProgramStart& start, int status) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return -errno;
  alignas(16) static std::array<char, stack_bytes> stack;
  Birth birth{&start, ::getpid(), ends[1], status};
  const pid_t pid = ::clone(be_born, stack.data() + stack.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);
  const int failure = errno;
  ::close(ends[1]);
  ::close(start.output);
  ::close(start.errors);
  int error = 0;
  const auto got = pid < 0 ? 0 : ::read(ends[0], &error, sizeof error);
  ::close(ends[0]);
  if (pid < 0) return -failure;
  if (got != sizeof error) return pid;
  ::waitpid(pid, nullptr, 0);
  return -error;
}

/// Sends SIGKILL to all children of this process, which has one thread alone. Without /proc there is no list of them.
void kill_children() {
  const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  std::array<char, 4096> buffer{};
  pid_t pid = 0;
  while (true) {
    const auto got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (ssize_t i = 0; i < got; ++i) {
      const char c = buffer[static_cast<std::size_t>(i)];
      if (c >= '0' && c <= '9') {
        pid = pid * 10 + (c - '0');
      } else if (pid > 0) {
        ::kill(pid, SIGKILL);
        pid = 0;
      }
    }
  }
  ::close(file);
}

class Guardian {
 public:
  Guardian(pid_t program, int control, int child_signals)
      : program_(program), control_(control), child_signals_(child_signals) {}

  /// Until the program has ended by itself, or must end.
  void wait() {
    while (true) {
      std::array<pollfd, 2> ready{};
      ready[0] = {control_, POLLIN, 0};
      ready[1] = {child_signals_, POLLIN, 0};
      if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
      if (ready[0].revents != 0) return;
      forget_signals(child_signals_);
      if (reap_adopted()) return;
    }
  }

  /// Kills the program's group and everything that came to the guardian, until there is nothing left. Gives the
  /// program's end.
  int end_all() {
    // The program is not reaped yet, so that the number of its group can't be anybody else's.
    ::kill(-program_, SIGKILL);
    const auto deadline = now_ms() + patience_ms;
    while (now_ms() < deadline) {
      kill_children();
      // What dies leaves its own children to the guardian.
      if (!reap_all()) break;
      pollfd ready{child_signals_, POLLIN, 0};
      ::poll(&ready, 1, pause_ms);
      forget_signals(child_signals_);
    }
    return status_;
  }

 private:
  /// Reaps what came to the guardian while the program runs. True: the program has ended, and is not reaped.
  [[nodiscard]] bool reap_adopted() const {
    while (true) {
      siginfo_t ended{};
      if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return errno == ECHILD;
      if (ended.si_pid == 0) return false;
      if (ended.si_pid == program_) return true;
      ::waitpid(ended.si_pid, nullptr, 0);
    }
  }

  /// False: there are no children any more.
  bool reap_all() {
    while (true) {
      int status = 0;
      const pid_t pid = ::waitpid(-1, &status, WNOHANG);
      if (pid == program_) status_ = status;
      if (pid == 0) return true;
      if (pid < 0 && errno != EINTR) return false;
    }
  }

  pid_t program_;
  int control_;
  int child_signals_;
  int status_ = SIGKILL;  ///< what is told of a program that did not end in time
};

}  // namespace

void run_guardian(const ProgramStart& start, int control, int status) {
  ::prctl(PR_SET_NAME, "jobcast-guard");
  Descriptors kept{start.output, start.errors, control, status};
  // Out of the server's group: what is sent to that, as Ctrl-C is, is not meant for the program.
  const bool ready = keep_only(kept) && ::setpgid(0, 0) == 0 && ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
  const int child_signals = ready ? open_child_signals() : -1;
  if (child_signals < 0) {
    tell(kept.status, What::not_started, errno);
    ::_exit(1);
  }
  auto own_start = start;
  own_start.output = kept.output;
  own_start.errors = kept.errors;
  const pid_t program = start_program(own_start, kept.status);
  if (program < 0) {
    tell(kept.status, What::not_started, -program);
    ::_exit(1);
  }
  Guardian guardian(program, kept.control, child_signals);
  guardian.wait();
  tell(kept.status, What::ended, guardian.end_all());
  ::_exit(0);
}

}  // namespace jobcast
