#include "work/handlers/text_chunks.hpp"

#include <utility>

#include "base/text.hpp"

namespace jobcast {
namespace {

enum class SpaceMatch : std::uint8_t { none, begun, whole };

/// White space beyond ASCII: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
SpaceMatch match_space(std::string_view bytes) {
  constexpr std::string_view spaces[] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
                                         "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
                                         "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
                                         "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
  for (const auto space : spaces) {
    if (space == bytes) return SpaceMatch::whole;
    if (space.starts_with(bytes)) return SpaceMatch::begun;
  }
  return SpaceMatch::none;
}

}  // namespace

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

void WordCounter::take(bool space) {
  if (!space && !in_word_) ++words_;
  in_word_ = !space;
}

void WordCounter::add(std::string_view text) {
  for (const char c : text) {
    if (begun_.empty()) {
      if (static_cast<unsigned char>(c) < 0x80) {
        take(is_space(c));
      } else if (const auto match = match_space({&c, 1}); match == SpaceMatch::begun) {
        begun_ = c;
      } else {
        take(false);
      }
      continue;
    }
    begun_ += c;
    const auto match = match_space(begun_);
    if (match == SpaceMatch::begun) continue;
    take(match == SpaceMatch::whole);
    begun_.clear();
  }
}

}  // namespace jobcast
