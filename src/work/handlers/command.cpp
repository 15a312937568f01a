#include "work/handlers/command.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "base/descriptor.hpp"
#include "base/media_type.hpp"
#include "work/child_process.hpp"
#include "work/handlers/input_scan.hpp"
#include "work/handlers/output_lines.hpp"
#include "work/handlers/placeholders.hpp"

namespace jobcast {
namespace fs = std::filesystem;
namespace {

using End = ChildResult::End;

constexpr std::string_view output_name = "output";
constexpr std::string_view payload_name = "payload.json";

/// Of a line that can tell progress; longer ones are cut, and go to the log.
constexpr std::size_t line_bytes = 64 * 1024;

ChildLimits limits_of(const HandlerConfig& config) {
  const auto or_none = [](std::uint64_t bytes) { return bytes == 0 ? UINT64_MAX : bytes; };
  ChildLimits limits;
  limits.wall_time = config.timeout;
  limits.cpu_time = config.cpu_seconds == 0 ? std::chrono::ceil<std::chrono::seconds>(config.timeout)
                                            : std::chrono::seconds(config.cpu_seconds);
  limits.memory_bytes = or_none(config.memory_bytes);
  limits.file_bytes = or_none(config.file_bytes);
  // The log keeps the last of it only, and time ends it.
  limits.output_bytes = ChildLimits::unlimited;
  limits.error_bytes = ChildLimits::unlimited;
  return limits;
}

/// "60 seconds", "1 second", "0.5 seconds".
std::string in_seconds(std::chrono::milliseconds time) {
  const auto count = std::chrono::duration<double>(time).count();
  return fmt::format("{} second{}", count, count == 1 ? "" : "s");
}

/// Passes on what the program writes: progress to the job, all else to its log.
class Listener {
 public:
  explicit Listener(JobContext& context)
      : context_(context),
        output_(line_bytes, [this](const LineCutter::Line& line) { take_output(line); }),
        errors_(line_bytes, [this](const LineCutter::Line& line) { log(line); }) {}

  void attach_to(ChildSpec& spec) {
    spec.on_output = [this](std::string_view bytes) { output_.add(bytes); };
    spec.on_error = [this](std::string_view bytes) { errors_.add(bytes); };
  }

  void finish() {
    output_.finish();
    errors_.finish();
  }

  /// The last message told.
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  void take_output(const LineCutter::Line& line) {
    auto progress = line.is_whole() ? parse_progress_line(line.text) : std::nullopt;
    if (!progress) return log(line);
    if (progress->message) message_ = *progress->message;
    context_.report(std::move(*progress));
  }

  void log(const LineCutter::Line& line) {
    std::string text(line.text);
    if (line.ends) text += '\n';
    context_.log(text);
  }

  JobContext& context_;
  LineCutter output_;
  LineCutter errors_;
  std::string message_;
};

bool is_plain_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  return file.is_open() && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

class CommandHandler final : public JobHandler {
 public:
  explicit CommandHandler(HandlerConfig config) : config_(std::move(config)), limits_(limits_of(config_)) {}

  HandlerResult run(JobContext& context) override {
    if (names(config_.command, Placeholder::input) && !context.job().has_input) {
      return HandlerFailure{"The job has no file, which its command needs", false};
    }
    Listener listener(context);
    ChildSpec spec;
    spec.arguments = arguments_for(context);
    spec.working_directory = context.scratch();
    spec.limits = limits_;
    listener.attach_to(spec);
    if (names(config_.command, Placeholder::payload)) write_payload(context);
    const auto child = run_child(spec, context.stop());
    listener.finish();
    if (child.end != End::exited || child.exit_code != 0) return failure_of(child);
    HandlerSuccess success;
    success.message = listener.message().empty() ? "Completed" : listener.message();
    return with_result(std::move(success), context);
  }

 private:
  static fs::path output_of(JobContext& context) { return context.scratch() / output_name; }
  static fs::path payload_of(JobContext& context) { return context.scratch() / payload_name; }

  [[nodiscard]] std::vector<std::string> arguments_for(JobContext& context) const {
    const auto& job = context.job();
    const PlaceholderValues values = {job.has_input ? context.input().string() : std::string(),
                                      output_of(context).string(), payload_of(context).string(), job.id.to_string(),
                                      job.filename};
    std::vector<std::string> arguments;
    for (const auto& argument : config_.command) arguments.push_back(expand_placeholders(argument, values));
    return arguments;
  }

  static void write_payload(JobContext& context) {
    std::ofstream file(payload_of(context), std::ios::binary);
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file << context.payload().value_or("null");
    file.close();
  }

  [[nodiscard]] HandlerResult with_result(HandlerSuccess success, JobContext& context) const {
    nlohmann::ordered_json result;
    if (!names(config_.command, Placeholder::output)) {
      result["exit_code"] = 0;
    } else {
      auto output = output_of(context);
      if (!is_plain_file(output)) return HandlerFailure{"The command wrote no output", true};
      const auto scan = scan_input(output, context.stop());
      result["media_type"] = detect_media_type(output, {});
      result["bytes"] = scan.bytes;
      result["sha256"] = scan.sha256;
      success.output = std::move(output);
    }
    success.result = result.dump();
    return success;
  }

  [[nodiscard]] HandlerFailure failure_of(const ChildResult& child) const {
    switch (child.end) {
      case End::not_started:
        return {"The command can't be started: " + std::generic_category().message(child.start_error), true};
      case End::timed_out:
        return {"The command took longer than " + in_seconds(config_.timeout), true};
      case End::stopped:
      case End::too_much:
        return {"The command was stopped", true};
      case End::signalled:
        return {signal_text(child), true};
      case End::exited:
        break;
    }
    if (!child.last_error.empty()) return {child.last_error, true};
    return {"The command ended with exit code " + std::to_string(child.exit_code), true};
  }

  [[nodiscard]] std::string signal_text(const ChildResult& child) const {
    if (child.signal == SIGXCPU) {
      return "The command used more than " + in_seconds(limits_.cpu_time) + " of processor time";
    }
    if (child.signal == SIGXFSZ) {
      return "The command wrote a file larger than " + std::to_string(limits_.file_bytes) + " bytes";
    }
    if (!child.last_error.empty()) return child.last_error;
    return "The command was killed by signal " + std::to_string(child.signal);
  }

  const HandlerConfig config_;
  const ChildLimits limits_;
};

}  // namespace

std::unique_ptr<JobHandler> make_command_handler(const HandlerConfig& config) {
  return std::make_unique<CommandHandler>(config);
}

}  // namespace jobcast
