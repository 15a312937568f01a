#include "work/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "base/text.hpp"
#include "work/child_start.hpp"

namespace jobcast {
namespace {

using Time = std::chrono::steady_clock::time_point;
using End = ChildResult::End;

constexpr std::size_t last_line_bytes = 1024;

/// Kills the whole group and reaps its leader when it goes, whatever happened. The group is killed before the leader
/// is reaped: until then its number can't be anybody else's.
class Leader {
 public:
  explicit Leader(pid_t pid) : pid_(pid) {}
  Leader(const Leader&) = delete;
  Leader& operator=(const Leader&) = delete;
  ~Leader() { finish(); }

  /// The leader's end, as waitpid tells it; a leader that still ran ends now.
  int finish() {
    if (reaped_) return status_;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return status_;
  }

 private:
  pid_t pid_;
  int status_ = 0;
  bool reaped_ = false;
};

/// Keeps the last line that is not blank, of bytes that come in pieces.
class LastLine {
 public:
  void add(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\n' || c == '\r') {
        finish_line();
      } else if (line_.size() < last_line_bytes) {
        line_.push_back(c);
      }
    }
  }

  std::string take() {
    finish_line();
    return cut_at_character(to_valid_utf8(last_), last_line_bytes);
  }

 private:
  void finish_line() {
    if (line_.find_first_not_of(" \t") != std::string::npos) last_ = line_;
    line_.clear();
  }

  std::string line_;
  std::string last_;
};

/// Follows one child from its start to its end.
class Watch {
 public:
  Watch(const ChildSpec& spec, StartedChild child)
      : spec_(spec),
        child_(std::move(child)),
        leader_(child_.pid),
        ended_(static_cast<int>(::syscall(SYS_pidfd_open, child_.pid, 0))),
        stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!ended_.is_open() || !stop_.is_open()) throw std::system_error(errno, std::generic_category(), "child");
  }

  ChildResult run(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
    });
    ChildResult result;
    const auto killed = follow(std::chrono::steady_clock::now() + spec_.limits.wall_time);
    const int status = leader_.finish();
    // What the group wrote before it died; somebody who left the group may hold the pipe, and is not waited for.
    if (!killed) drain();
    result.last_error = last_error_.take();
    if (killed || too_much_) {
      result.end = killed.value_or(End::too_much);
    } else if (WIFEXITED(status)) {
      result.end = End::exited;
      result.exit_code = WEXITSTATUS(status);
    } else {
      result.end = End::signalled;
      result.signal = WTERMSIG(status);
    }
    return result;
  }

 private:
  /// Until the leader ends by itself (nothing), or has to be killed (why).
  std::optional<End> follow(Time deadline) {
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return End::timed_out;
      std::array<pollfd, 4> ready{};
      ready[0] = {ended_.get(), POLLIN, 0};
      ready[1] = {stop_.get(), POLLIN, 0};
      ready[2] = {child_.output.get(), POLLIN, 0};  // poll() skips descriptors that are negative
      ready[3] = {child_.errors.get(), POLLIN, 0};
      const auto wait = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
      if (::poll(ready.data(), ready.size(), wait) < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "poll");
      }
      if (ready[1].revents != 0) return End::stopped;
      if (ready[2].revents != 0) read_output();
      if (ready[3].revents != 0) read_errors();
      if (too_much_) return End::too_much;
      if (ready[0].revents != 0) return std::nullopt;
    }
  }

  void drain() {
    while (child_.output.is_open() && !too_much_ && read_output()) {
    }
    while (child_.errors.is_open() && read_errors()) {
    }
  }

  /// False when nothing was there.
  bool read_output() {
    const auto bytes = read_from(child_.output);
    if (bytes.empty()) return false;
    const auto room = spec_.limits.output_bytes - output_bytes_;
    too_much_ = bytes.size() > room;
    const auto taken = bytes.substr(0, room);
    output_bytes_ += taken.size();
    if (spec_.on_output && !taken.empty()) spec_.on_output(taken);
    return true;
  }

  bool read_errors() {
    const auto bytes = read_from(child_.errors);
    if (bytes.empty()) return false;
    last_error_.add(bytes);
    const auto taken = bytes.substr(0, spec_.limits.error_bytes - error_bytes_);
    error_bytes_ += taken.size();
    if (spec_.on_error && !taken.empty()) spec_.on_error(taken);
    return true;
  }

  /// Closes the descriptor at its end. Valid until the next call.
  std::string_view read_from(Descriptor& descriptor) {
    const auto got = ::read(descriptor.get(), buffer_.data(), buffer_.size());
    if (got > 0) return {buffer_.data(), static_cast<std::size_t>(got)};
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) descriptor.reset();
    return {};
  }

  const ChildSpec& spec_;
  StartedChild child_;
  Leader leader_;
  Descriptor ended_;  ///< a pidfd: readable once the leader has ended
  Descriptor stop_;   ///< an eventfd: readable once stop is requested
  LastLine last_error_;
  std::array<char, 16 * 1024> buffer_{};
  std::size_t output_bytes_ = 0;
  std::size_t error_bytes_ = 0;
  bool too_much_ = false;
};

}  // namespace

ChildResult run_child(const ChildSpec& spec, const std::stop_token& stop) {
  ChildResult result;
  if (stop.stop_requested()) {
    result.end = End::stopped;
    return result;
  }
  auto child = start_child(spec);
  if (child.pid < 0) {
    result.start_error = child.error;
    return result;
  }
  return Watch(spec, std::move(child)).run(stop);
}

}  // namespace jobcast
