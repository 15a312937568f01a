#include "work/job_log.hpp"

#include <cerrno>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "jobcast/limits.hpp"

#include "base/text.hpp"

namespace jobcast {
namespace {

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The last limits::log_bytes of the text, from the beginning of a line where there is one, else of a character.
std::string_view last_part(std::string_view text) {
  if (text.size() <= limits::log_bytes) return text;
  text.remove_prefix(text.size() - limits::log_bytes);
  if (const auto line_end = text.find('\n'); line_end != std::string_view::npos && line_end + 1 < text.size()) {
    return text.substr(line_end + 1);
  }
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0U) == 0x80U) text.remove_prefix(1);
  return text;
}

}  // namespace

JobLog::JobLog(std::filesystem::path file) : file_(std::move(file)) {}

void JobLog::clear() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

JobLog::~JobLog() {
  if (descriptor_ < 0) return;
  try {
    if (size_ > limits::log_bytes) keep_the_last_bytes();
  } catch (const std::bad_alloc&) {
    // The log stays longer than it should be until the next attempt.
  }
  ::close(descriptor_);
}

void JobLog::append(std::string_view text) {
  if (text.empty() || broken_ || (descriptor_ < 0 && !open())) return;
  const auto valid = to_valid_utf8(text);
  const auto part = last_part(valid);
  if (!write_all(descriptor_, part)) return give_up("written");
  size_ += part.size();
  // Twice the size, so that the rewriting does not happen with every line.
  if (size_ > 2 * limits::log_bytes) keep_the_last_bytes();
}

bool JobLog::open() {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) give_up("opened");
  return descriptor_ >= 0;
}

void JobLog::keep_the_last_bytes() {
  std::string text(size_, '\0');
  const auto read = ::pread(descriptor_, text.data(), text.size(), 0);
  if (read < 0) return give_up("read");
  text.resize(static_cast<std::size_t>(read));
  const auto kept = last_part(text);
  if (::ftruncate(descriptor_, 0) != 0 || !write_all(descriptor_, kept)) return give_up("shortened");
  size_ = kept.size();
}

void JobLog::give_up(const char* what) {
  spdlog::warn("the log {} can't be {}: {}", file_.filename().string(), what, std::generic_category().message(errno));
  broken_ = true;
}

}  // namespace jobcast
