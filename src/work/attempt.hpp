#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "jobcast/job_handler.hpp"
#include "jobcast/job_store.hpp"

#include "base/data_directory.hpp"
#include "work/job_log.hpp"

namespace jobcast {

/// One attempt as its handler sees it. Owns the scratch directory, which lives from its first use to
/// the end of the object.
class Attempt final : public JobContext {
 public:
  /// Removes what earlier attempts made. Throws std::filesystem::filesystem_error where that can't be done.
  Attempt(JobStore& store, const DataDirectory& data, Job job, std::optional<std::string> payload,
          std::stop_token stop);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() override;

  [[nodiscard]] const Job& job() const override { return job_; }
  [[nodiscard]] const std::optional<std::string>& payload() const override { return payload_; }
  [[nodiscard]] const std::filesystem::path& input() const override { return input_; }
  const std::filesystem::path& scratch() override;
  [[nodiscard]] std::stop_token stop() const override { return stop_; }
  bool report(Progress progress, std::vector<TextChunk> chunks = {}) override;
  void log(std::string_view text) override { log_.append(text); }

  /// Makes a file of the scratch directory the job's result: when this returns it is safe on disk. Throws
  /// std::system_error where that can't be done.
  void keep_output(const std::filesystem::path& file);

 private:
  JobStore& store_;
  const DataDirectory& data_;
  const Job job_;
  const std::optional<std::string> payload_;
  const std::filesystem::path input_;
  const std::filesystem::path scratch_;
  bool has_scratch_ = false;  ///< it was made
  const std::stop_token stop_;
  JobLog log_;
};

/// The handler's outcome for this attempt, whatever goes wrong on the way: a handler that throws and an input that
/// is gone are failures like others. A file that it made is kept. All text is valid UTF-8 and within its limit.
HandlerResult run_handler(JobHandler& handler, Attempt& attempt);

}  // namespace jobcast
