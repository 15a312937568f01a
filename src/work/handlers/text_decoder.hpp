#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jobcast {

enum class TextEncoding : std::uint8_t { utf8, windows1252, utf16le, utf16be };

/// Finds out the encoding of a text, which may come in pieces. A byte order mark decides; else bytes that are no
/// UTF-8 mean Windows-1252 (of which Latin-1 text is a part), unless most of what is not ASCII is good UTF-8: that is
/// a damaged UTF-8 text, of which only the damage is replaced.
class EncodingGuess {
 public:
  void add(std::string_view bytes);

  /// For all bytes given so far.
  [[nodiscard]] TextEncoding encoding() const;

 private:
  std::string head_;     ///< the first bytes, where a byte order mark is
  std::string partial_;  ///< the beginning of a character at the end of what was added
  std::int64_t good_ = 0;
  std::int64_t bad_ = 0;
};

/// Makes valid UTF-8 of bytes that come in pieces: without a byte order mark and NUL characters, with U+FFFD for
/// what can't be decoded.
class TextDecoder {
 public:
  explicit TextDecoder(TextEncoding encoding) : encoding_(encoding) {}

  /// The text of these bytes, as far as its characters are complete. Appended to `out`.
  void decode(std::string_view bytes, std::string& out);

  /// What is left at the end of the bytes: an incomplete character.
  void finish(std::string& out);

 private:
  void decode_utf8(std::string_view bytes, std::string& out);
  void decode_windows1252(std::string_view bytes, std::string& out);
  void decode_utf16(std::string_view bytes, std::string& out);
  void add_unit(char16_t unit, std::string& out);
  void add(char32_t character, std::string& out);

  TextEncoding encoding_;
  std::string partial_;     ///< bytes of an incomplete character
  char16_t surrogate_ = 0;  ///< the first half of a pair
  bool at_start_ = true;
};

}  // namespace jobcast
