#include "store/group_commit.hpp"

#include <optional>
#include <string>
#include <variant>

#include "jobcast/limits.hpp"

namespace jobcast {
namespace {

constexpr std::size_t overhead = 256;  ///< a row of each table without its long texts

std::size_t size_of(const std::optional<std::string>& text) {
  return text ? text->size() : 0;
}

std::size_t text_bytes(const CreateJobs& command) {
  std::size_t sum = 0;
  for (const auto& job : command.jobs) sum += overhead + job.filename.size() + size_of(job.payload);
  return sum;
}

std::size_t text_bytes(const ReportProgress& command) {
  std::size_t sum = size_of(command.progress.message);
  for (const auto& chunk : command.chunks) sum += chunk.text.size();
  return sum;
}

std::size_t text_bytes(const CompleteJob& command) {
  return command.result.size() + command.message.size();
}

std::size_t text_bytes(const FailJob& command) {
  return command.error.size();
}

std::size_t text_bytes(const PatchJob& command) {
  return size_of(command.message) + size_of(command.result) + size_of(command.error);
}

template <class Other>
std::size_t text_bytes(const Other& /*command*/) {
  return 0;
}

}  // namespace

std::size_t command_bytes(const Command& command) {
  return overhead + std::visit([](const auto& one) { return text_bytes(one); }, command);
}

bool GroupBudget::take(std::size_t bytes) {
  const bool fits = commands_ == 0 || (commands_ < limits::group_commands && bytes_ + bytes <= limits::group_bytes);
  if (!fits) return false;
  commands_ += 1;
  bytes_ += bytes;
  return true;
}

}  // namespace jobcast
