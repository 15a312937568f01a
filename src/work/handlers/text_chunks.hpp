#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace jobcast {

/// Cuts a text that comes in pieces into chunks of at most `limit` bytes. Where a chunk ends depends on the text
/// alone, not on the pieces: after the last white space in the last quarter of a chunk, else at a character's end.
class ChunkCutter {
 public:
  /// Takes a chunk; false ends the cutting.
  using Sink = std::function<bool(std::string chunk)>;

  ChunkCutter(std::size_t limit, Sink sink) : limit_(limit), sink_(std::move(sink)) {}

  /// `text` is valid UTF-8 and ends at a character's end. False once the sink has ended the cutting.
  bool add(std::string_view text);

  /// Gives out what is left.
  bool finish();

 private:
  std::size_t limit_;
  Sink sink_;
  std::string waiting_;
};

/// Counts runs between white space (as Unicode defines it) in UTF-8 text that comes in pieces, cut anywhere.
class WordCounter {
 public:
  void add(std::string_view text);
  [[nodiscard]] std::int64_t words() const { return words_; }

 private:
  void take(bool space);

  std::int64_t words_ = 0;
  std::string begun_;  ///< the first bytes of a character that may be white space
  bool in_word_ = false;
};

/// Space, tab, line feed, vertical tab, form feed, carriage return.
constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace jobcast
