#include "work/attempt.hpp"

#include <cerrno>
#include <exception>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "jobcast/limits.hpp"

#include "base/durable_file.hpp"
#include "base/text.hpp"
#include "work/store_calls.hpp"

namespace jobcast {
namespace fs = std::filesystem;
namespace {

std::string bounded_text(std::string_view text) {
  return cut_at_character(to_valid_utf8(text), limits::message_bytes);
}

HandlerFailure unexpected_failure(const Job& job, std::string_view cause) {
  spdlog::error("job {}: its {} handler threw: {}", job.id.to_string(), job.kind, cause);
  return {"The " + job.kind + " handler failed unexpectedly", true};
}

HandlerResult guarded_run(JobHandler& handler, Attempt& attempt) {
  try {
    return handler.run(attempt);
  } catch (const std::exception& error) {
    return unexpected_failure(attempt.job(), error.what());
  } catch (...) {
    return unexpected_failure(attempt.job(), "something that is no std::exception");
  }
}

HandlerResult checked(HandlerResult outcome) {
  if (auto* failure = std::get_if<HandlerFailure>(&outcome)) {
    failure->error = bounded_text(failure->error);
    return outcome;
  }
  auto& success = std::get<HandlerSuccess>(outcome);
  if (success.result.size() > limits::result_bytes) {
    return HandlerFailure{"The handler's result is larger than the server keeps", false};
  }
  success.result = to_valid_utf8(success.result);
  success.message = bounded_text(success.message);
  return outcome;
}

/// An attempt that was stopped leaves nothing behind.
HandlerResult with_output_kept(HandlerResult outcome, Attempt& attempt) {
  const auto* success = std::get_if<HandlerSuccess>(&outcome);
  if (success == nullptr || !success->output || attempt.stop().stop_requested()) return outcome;
  try {
    attempt.keep_output(*success->output);
  } catch (const std::system_error& error) {
    spdlog::error("job {}: its result can't be kept: {}", attempt.job().id.to_string(), error.what());
    return HandlerFailure{"The server could not save the result", true};
  }
  return outcome;
}

}  // namespace

Attempt::Attempt(JobStore& store, const DataDirectory& data, Job job, std::optional<std::string> payload,
                 std::stop_token stop)
    : store_(store),
      data_(data),
      job_(std::move(job)),
      payload_(std::move(payload)),
      input_(data.upload(job_.id)),
      scratch_(data.scratch() / (job_.id.to_string() + "-" + std::to_string(job_.attempt))),
      stop_(std::move(stop)),
      log_(data.log(job_.id)) {
  if (job_.attempt <= 1) return;
  log_.clear();
  data.remove_results_before(job_.id, job_.attempt);
}

Attempt::~Attempt() {
  if (!has_scratch_) return;
  std::error_code error;
  fs::remove_all(scratch_, error);
  if (error) {
    spdlog::warn("job {}: its scratch directory can't be removed: {}", job_.id.to_string(), error.message());
  }
}

const fs::path& Attempt::scratch() {
  if (has_scratch_) return scratch_;
  fs::remove_all(scratch_);
  fs::create_directory(scratch_);
  has_scratch_ = true;
  fs::permissions(scratch_, fs::perms::owner_all);
  return scratch_;
}

bool Attempt::report(Progress progress, std::vector<TextChunk> chunks) {
  if (stop_.stop_requested()) return false;
  if (progress.message) progress.message = bounded_text(*progress.message);
  const auto outcome =
      submit_until_taken(store_, ReportProgress{job_.id, job_.attempt, std::move(progress), std::move(chunks)}, stop_);
  if (!outcome && outcome.error().code != errc::stale_attempt && !stop_.stop_requested()) {
    spdlog::warn("job {}: a report was refused: {}", job_.id.to_string(), outcome.error().message);
  }
  return outcome.has_value();
}

void Attempt::keep_output(const fs::path& file) {
  const auto folder = data_.results_of(job_.id);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), "mkdir " + folder.string());
  }
  move_durably(file, data_.result_file(job_.id, job_.attempt));
  sync_directory(data_.results());
}

HandlerResult run_handler(JobHandler& handler, Attempt& attempt) {
  const auto& job = attempt.job();
  if (job.has_input) {
    std::error_code error;
    const auto type = fs::status(attempt.input(), error).type();
    if (type == fs::file_type::not_found) return HandlerFailure{"The uploaded file is gone", false};
    if (type != fs::file_type::regular) {
      spdlog::error("job {}: its file can't be read: {}", job.id.to_string(), error.message());
      return HandlerFailure{"The uploaded file can't be read", true};
    }
  }
  return with_output_kept(checked(guarded_run(handler, attempt)), attempt);
}

}  // namespace jobcast
