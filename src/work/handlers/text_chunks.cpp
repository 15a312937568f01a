#include "work/handlers/text_chunks.hpp"

#include <utility>

#include "base/text.hpp"

namespace jobcast {
namespace {

/// The length of the first chunk of a text that is longer than `limit`.
std::size_t chunk_length(std::string_view text, std::size_t limit) {
  const auto longest = prefix_at_character(text, limit);
  for (auto end = longest; end > limit - limit / 4; --end) {
    if (is_space(text[end - 1])) return end;
  }
  return longest > 0 ? longest : limit;
}

}  // namespace

bool ChunkCutter::add(std::string_view text) {
  waiting_.append(text);
  std::size_t done = 0;
  bool goes_on = true;
  while (goes_on && waiting_.size() - done > limit_) {
    const auto rest = std::string_view(waiting_).substr(done);
    const auto length = chunk_length(rest, limit_);
    goes_on = sink_(std::string(rest.substr(0, length)));
    done += length;
  }
  waiting_.erase(0, done);
  return goes_on;
}

bool ChunkCutter::finish() {
  return waiting_.empty() || sink_(std::exchange(waiting_, {}));
}

void WordCounter::add(std::string_view text) {
  for (const char c : text) {
    const bool in_word = !is_space(c);
    if (in_word && !in_word_) ++words_;
    in_word_ = in_word;
  }
}

}  // namespace jobcast
