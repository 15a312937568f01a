#pragma once

#include <filesystem>
#include <stop_token>
#include <string_view>
#include <vector>

#include "jobcast/job_handler.hpp"
#include "jobcast/job_store.hpp"

#include "base/data_directory.hpp"
#include "work/job_log.hpp"

namespace jobcast {

/// One attempt as its handler sees it. Owns the scratch directory, which lives as long as the object.
class Attempt final : public JobContext {
 public:
  /// Makes the scratch directory. Throws std::filesystem::filesystem_error where that can't be done.
  Attempt(JobStore& store, const DataDirectory& data, Job job, std::stop_token stop);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() override;

  [[nodiscard]] const Job& job() const override { return job_; }
  [[nodiscard]] const std::filesystem::path& input() const override { return input_; }
  [[nodiscard]] const std::filesystem::path& scratch() const override { return scratch_; }
  [[nodiscard]] std::stop_token stop() const override { return stop_; }
  bool report(Progress progress, std::vector<TextChunk> chunks = {}) override;
  void log(std::string_view text) override { log_.append(text); }

 private:
  JobStore& store_;
  const Job job_;
  const std::filesystem::path input_;
  const std::filesystem::path scratch_;
  const std::stop_token stop_;
  JobLog log_;
};

/// The handler's outcome for this attempt, whatever goes wrong on the way: a handler that throws and an input that
/// is gone are failures like others. All text is valid UTF-8 and within its limit.
HandlerResult run_handler(JobHandler* handler, Attempt& attempt);

}  // namespace jobcast
