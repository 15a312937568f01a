#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobcast/job_handler.hpp"

#include "support/temporary_directory.hpp"

namespace jobcast {

/// What a handler sees, without a store: keeps what it reports. For one attempt.
class FakeJobContext final : public JobContext {
 public:
  FakeJobContext(std::string_view content, std::string media_type) {
    job_.file_type = std::move(media_type);
    job_.has_input = true;
    std::ofstream(input_, std::ios::binary) << content;
    std::filesystem::create_directory(scratch_);
  }

  [[nodiscard]] const Job& job() const override { return job_; }
  [[nodiscard]] const std::optional<std::string>& payload() const override { return given_payload; }
  [[nodiscard]] const std::filesystem::path& input() const override { return input_; }
  const std::filesystem::path& scratch() override { return scratch_; }
  [[nodiscard]] std::stop_token stop() const override { return stop_source.get_token(); }

  bool report(Progress progress, std::vector<TextChunk> chunks) override {
    if (stop_source.stop_requested()) return false;
    reports.push_back(progress);
    for (auto& chunk : chunks) saved.push_back(std::move(chunk));
    if (on_report) on_report();
    return true;
  }

  void log(std::string_view text) override { logged.append(text); }

  void change_job(const std::function<void(Job&)>& change) { change(job_); }

  [[nodiscard]] std::string text() const {
    std::string joined;
    for (const auto& chunk : saved) joined += chunk.text;
    return joined;
  }

  std::vector<Progress> reports;
  std::vector<TextChunk> saved;
  std::string logged;
  std::optional<std::string> given_payload;
  std::stop_source stop_source;
  std::function<void()> on_report;  ///< called after each report

 private:
  TemporaryDirectory directory_;
  std::filesystem::path input_ = directory_.path() / "input";
  std::filesystem::path scratch_ = directory_.path() / "scratch";
  Job job_;
};

}  // namespace jobcast
