#include "work/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "base/text.hpp"
#include "work/child_start.hpp"
#include "work/guardian.hpp"

namespace jobcast {
namespace {

using Time = std::chrono::steady_clock::time_point;
using End = ChildResult::End;

constexpr std::size_t last_line_bytes = 1024;

/// A guardian that does not end has this long, and the seconds that it may take itself, to do so.
constexpr int guardian_patience_ms = 15'000;

/// The guardian of one program, which ends with this object at the latest.
class Guarded {
 public:
  Guarded(pid_t guardian, Descriptor control, Descriptor status)
      : guardian_(guardian), control_(std::move(control)), status_(std::move(status)) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { finish(); }

  /// Readable when read_report() has something to do.
  [[nodiscard]] int descriptor() const { return status_.get(); }

  /// True: the program is over, or never began.
  bool read_report() {
    GuardianReport report;
    const auto got = ::read(status_.get(), &report, sizeof report);
    if (got < 0 && errno == EINTR) return false;
    if (got != sizeof report) {
      status_.reset();
      return true;
    }
    if (report.what == What::forked) {
      program_ = report.value;
      return false;
    }
    last_ = report;
    return true;
  }

  /// Ends the program where it still runs, and waits until it and all that it started is gone.
  void finish() {
    if (guardian_ < 0) return;
    control_.reset();
    ::kill(guardian_, SIGCONT);  // whatever the program may have done to it
    while (status_.is_open() && is_told_in_time()) read_report();
    // Where the guardian was killed, the program died with it (PDEATHSIG), but not what the program had started.
    if (!last_ && program_ > 0) ::kill(-program_, SIGKILL);
    if (status_.is_open()) ::kill(guardian_, SIGKILL);
    while (::waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) {
    }
    guardian_ = -1;
  }

  /// How it ended. After finish().
  void tell(ChildResult& result) const {
    const int status = last_ ? last_->value : SIGKILL;
    if (last_ && last_->what == What::not_started) {
      result.end = End::not_started;
      result.start_error = status;
    } else if (WIFEXITED(status)) {
      result.end = End::exited;
      result.exit_code = WEXITSTATUS(status);
    } else {
      result.end = End::signalled;
      result.signal = WTERMSIG(status);
    }
  }

 private:
  using What = GuardianReport::What;

  [[nodiscard]] bool is_told_in_time() const {
    pollfd ready{status_.get(), POLLIN, 0};
    int count = 0;
    do {
      count = ::poll(&ready, 1, guardian_patience_ms);
    } while (count < 0 && errno == EINTR);
    return count > 0;
  }

  pid_t guardian_;
  Descriptor control_;
  Descriptor status_;
  pid_t program_ = -1;
  std::optional<GuardianReport> last_;  ///< nothing from a guardian that was killed
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
        guarded_(child.guardian, std::move(child.control), std::move(child.status)),
        output_(std::move(child.output)),
        errors_(std::move(child.errors)),
        stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!stop_.is_open()) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  ChildResult run(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
    });
    ChildResult result;
    const auto killed = follow(std::chrono::steady_clock::now() + spec_.limits.wall_time);
    guarded_.finish();
    // What was written before the end.
    if (!killed) drain();
    result.last_error = last_error_.take();
    if (killed || too_much_) {
      result.end = killed.value_or(End::too_much);
    } else {
      guarded_.tell(result);
    }
    return result;
  }

 private:
  /// Until the program ends by itself (nothing), or has to be killed (why).
  std::optional<End> follow(Time deadline) {
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return End::timed_out;
      std::array<pollfd, 4> ready{};
      ready[0] = {guarded_.descriptor(), POLLIN, 0};
      ready[1] = {stop_.get(), POLLIN, 0};
      ready[2] = {output_.get(), POLLIN, 0};  // poll() skips descriptors that are negative
      ready[3] = {errors_.get(), POLLIN, 0};
      const auto wait = static_cast<int>(std::min<std::int64_t>(left.count(), 60'000));
      if (::poll(ready.data(), ready.size(), wait) < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "poll");
      }
      if (ready[1].revents != 0) return End::stopped;
      if (ready[2].revents != 0) read_output();
      if (ready[3].revents != 0) read_errors();
      if (too_much_) return End::too_much;
      if (ready[0].revents != 0 && guarded_.read_report()) return std::nullopt;
    }
  }

  void drain() {
    while (output_.is_open() && !too_much_ && read_output()) {
    }
    while (errors_.is_open() && read_errors()) {
    }
  }

  /// False when nothing was there.
  bool read_output() {
    const auto bytes = read_from(output_);
    if (bytes.empty()) return false;
    const auto room = spec_.limits.output_bytes - output_bytes_;
    too_much_ = bytes.size() > room;
    const auto taken = bytes.substr(0, room);
    output_bytes_ += taken.size();
    if (spec_.on_output && !taken.empty()) spec_.on_output(taken);
    return true;
  }

  bool read_errors() {
    const auto bytes = read_from(errors_);
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
  Guarded guarded_;
  Descriptor output_;
  Descriptor errors_;
  Descriptor stop_;  ///< an eventfd: readable once stop is requested
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
  if (child.guardian < 0) {
    result.start_error = child.error;
    return result;
  }
  return Watch(spec, std::move(child)).run(stop);
}

}  // namespace jobcast
