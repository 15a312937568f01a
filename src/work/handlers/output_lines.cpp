#include "work/handlers/output_lines.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

constexpr int most_percent = 100;

/// The member, or null where it is missing or null.
const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<int> percent_of(const json& value) {
  if (!value.is_number_integer()) return {};
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > most_percent) return {};
  const auto number = value.get<std::int64_t>();
  if (number < 0) return {};
  return static_cast<int>(number);
}

}  // namespace

LineCutter::LineCutter(std::size_t most_bytes, std::function<void(const Line&)> take)
    : most_bytes_(most_bytes), take_(std::move(take)) {}

void LineCutter::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto room = most_bytes_ - line_.size();
    if (end != std::string_view::npos && end <= room) {
      line_.append(bytes.substr(0, end));
      give_end();
      bytes.remove_prefix(end + 1);
      continue;
    }
    const auto taken = bytes.substr(0, room);
    line_.append(taken);
    bytes.remove_prefix(taken.size());
    if (!bytes.empty()) give_part();
  }
}

void LineCutter::finish() {
  if (!line_.empty() || !begins_) give_end();
}

void LineCutter::give_part() {
  // Not in the midst of a character, where it is text.
  auto length = prefix_at_character(line_, line_.size() - 1);
  if (length == 0) length = line_.size();
  take_({std::string_view(line_).substr(0, length), begins_, false});
  line_.erase(0, length);
  begins_ = false;
}

void LineCutter::give_end() {
  take_({line_, begins_, true});
  line_.clear();
  begins_ = true;
}

std::optional<Progress> parse_progress_line(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line[begin] != '{') return {};
  const auto object = json::parse(to_valid_utf8(line), nullptr, false);
  if (!object.is_object()) return {};
  const auto* percent = member(object, "progress");
  const auto* message = member(object, "message");
  if ((percent == nullptr && message == nullptr) || (message != nullptr && !message->is_string())) return {};
  Progress progress;
  if (percent != nullptr) {
    progress.percent = percent_of(*percent);
    if (!progress.percent) return {};
  }
  if (message != nullptr) progress.message = message->get<std::string>();
  return progress;
}

}  // namespace jobcast
