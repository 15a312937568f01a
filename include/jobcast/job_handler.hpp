#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "jobcast/command.hpp"
#include "jobcast/job.hpp"

namespace jobcast {

/// What a handler may use while it runs one attempt. Owned by the worker, valid until run() returns.
class JobContext {
 public:
  virtual ~JobContext() = default;

  /// The job as of its start.
  [[nodiscard]] virtual const Job& job() const = 0;

  /// What whoever made the job gave it to work with, JSON text.
  [[nodiscard]] virtual const std::optional<std::string>& payload() const = 0;

  /// The uploaded file; read only. There is one where job().has_input says so.
  [[nodiscard]] virtual const std::filesystem::path& input() const = 0;

  /// A directory for this attempt alone, empty at first, removed afterwards. Throws
  /// std::filesystem::filesystem_error where it can't be made.
  virtual const std::filesystem::path& scratch() = 0;

  /// Stop was asked for: the job was cancelled or the server stops. The handler returns soon; what it
  /// returns is then ignored.
  [[nodiscard]] virtual std::stop_token stop() const = 0;

  /// Tells how far the attempt is, and saves chunks of text. Returns once they are on disk.
  /// Returns false where the attempt is over (cancelled, stopped) and the handler should return.
  virtual bool report(Progress progress, std::vector<TextChunk> chunks = {}) = 0;

  /// Appends to the job's log, of which the last limits::log_bytes are kept.
  virtual void log(std::string_view text) = 0;
};

struct HandlerSuccess {
  std::string result;  ///< a JSON object as text
  std::string message = "Processed and saved to database";
  /// A file in the scratch directory which is kept as the job's result.
  std::optional<std::filesystem::path> output = std::nullopt;
};

struct HandlerFailure {
  std::string error;      ///< one sentence for the uploader
  bool retryable = true;  ///< whether another attempt may help
};

using HandlerResult = std::variant<HandlerSuccess, HandlerFailure>;

/// Runs the jobs of one kind. Called from several workers at once.
class JobHandler {
 public:
  virtual ~JobHandler() = default;

  /// Runs one attempt to its end on the calling worker's thread. An exception counts as a retryable failure.
  virtual HandlerResult run(JobContext& context) = 0;
};

}  // namespace jobcast
