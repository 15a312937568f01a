#include "work/handlers/text_decoder.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace jobcast {
namespace {

constexpr char32_t replacement = 0xfffd;
constexpr char32_t byte_order_mark = 0xfeff;
constexpr std::string_view utf8_replacement = "\xef\xbf\xbd";

/// The characters of the bytes 0x80 to 0x9f; the rest of Windows-1252 is that of Latin-1.
constexpr std::array<char16_t, 32> windows1252_high = {0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                       0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
                                                       0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                       0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

void append_utf8(std::string& out, char32_t character) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte))); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xc0 | (character >> 6));
    put(0x80 | (character & 0x3f));
  } else if (character < 0x10000) {
    put(0xe0 | (character >> 12));
    put(0x80 | ((character >> 6) & 0x3f));
    put(0x80 | (character & 0x3f));
  } else {
    put(0xf0 | (character >> 18));
    put(0x80 | ((character >> 12) & 0x3f));
    put(0x80 | ((character >> 6) & 0x3f));
    put(0x80 | (character & 0x3f));
  }
}

/// How many bytes at the end may be the beginning of a character that is not complete: 0 to 3.
std::size_t incomplete_tail(std::string_view bytes) {
  const auto looked_at = std::min<std::size_t>(bytes.size(), 3);
  for (std::size_t back = 1; back <= looked_at; ++back) {
    const auto byte = byte_at(bytes, bytes.size() - back);
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}

std::int64_t count_of(std::string_view text, std::string_view part) {
  std::int64_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::int64_t multibyte_characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return static_cast<std::uint8_t>(c) >= 0xc0; });
}

void drop_nul(std::string& text, std::size_t from) {
  const auto first = std::find(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), '\0');
  text.erase(std::remove(first, text.end(), '\0'), text.end());
}

}  // namespace

void EncodingGuess::add(std::string_view bytes) {
  if (head_.size() < 3) head_.append(bytes.substr(0, 3 - head_.size()));
  std::string joined;
  if (!partial_.empty()) {
    joined = partial_;
    joined.append(bytes);
    bytes = joined;
  }
  const auto tail = incomplete_tail(bytes);
  const auto whole = bytes.substr(0, bytes.size() - tail);
  good_ += multibyte_characters(whole);
  if (!is_valid_utf8(whole)) {
    const auto mended = to_valid_utf8(whole);
    const auto replaced = count_of(mended, utf8_replacement) - count_of(whole, utf8_replacement);
    bad_ += replaced;
    good_ += multibyte_characters(mended) - replaced - multibyte_characters(whole);
  }
  partial_.assign(bytes.substr(bytes.size() - tail));
}

TextEncoding EncodingGuess::encoding() const {
  if (head_.starts_with("\xff\xfe")) return TextEncoding::utf16le;
  if (head_.starts_with("\xfe\xff")) return TextEncoding::utf16be;
  if (head_.starts_with("\xef\xbb\xbf")) return TextEncoding::utf8;
  const auto bad = bad_ + (partial_.empty() ? 0 : 1);
  return bad > good_ ? TextEncoding::windows1252 : TextEncoding::utf8;
}

void TextDecoder::decode(std::string_view bytes, std::string& out) {
  const auto before = out.size();
  switch (encoding_) {
    case TextEncoding::utf8:
      decode_utf8(bytes, out);
      drop_nul(out, before);
      break;
    case TextEncoding::windows1252:
      decode_windows1252(bytes, out);
      break;
    case TextEncoding::utf16le:
    case TextEncoding::utf16be:
      decode_utf16(bytes, out);
      break;
  }
}

void TextDecoder::finish(std::string& out) {
  if (!partial_.empty() || surrogate_ != 0) append_utf8(out, replacement);
  partial_.clear();
  surrogate_ = 0;
}

void TextDecoder::decode_utf8(std::string_view bytes, std::string& out) {
  std::string joined;
  if (!partial_.empty()) {
    joined = partial_;
    joined.append(bytes);
    bytes = joined;
  }
  const auto tail = incomplete_tail(bytes);
  auto whole = bytes.substr(0, bytes.size() - tail);
  std::string rest(bytes.substr(whole.size()));
  if (at_start_ && !whole.empty()) {
    at_start_ = false;
    if (whole.starts_with("\xef\xbb\xbf")) whole.remove_prefix(3);
  }
  if (is_valid_utf8(whole)) {
    out.append(whole);
  } else {
    out.append(to_valid_utf8(whole));
  }
  partial_ = std::move(rest);
}

void TextDecoder::decode_windows1252(std::string_view bytes, std::string& out) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = byte_at(bytes, i);
    if (byte >= 0x80 && byte < 0xa0) {
      append_utf8(out, windows1252_high[byte - 0x80U]);
    } else if (byte != 0) {
      append_utf8(out, byte);
    }
  }
}

void TextDecoder::decode_utf16(std::string_view bytes, std::string& out) {
  for (const char byte : bytes) {
    partial_.push_back(byte);
    if (partial_.size() < 2) continue;
    const bool little = encoding_ == TextEncoding::utf16le;
    const unsigned low = byte_at(partial_, little ? 0 : 1);
    const unsigned high = byte_at(partial_, little ? 1 : 0);
    partial_.clear();
    add_unit(static_cast<char16_t>((high << 8U) | low), out);
  }
}

void TextDecoder::add_unit(char16_t unit, std::string& out) {
  const bool is_first_half = unit >= 0xd800 && unit < 0xdc00;
  const bool is_second_half = unit >= 0xdc00 && unit < 0xe000;
  if (surrogate_ != 0 && is_second_half) {
    const auto pair = 0x10000U + ((static_cast<char32_t>(surrogate_) - 0xd800U) << 10U) + (unit - 0xdc00U);
    surrogate_ = 0;
    return add(pair, out);
  }
  if (surrogate_ != 0) add(replacement, out);
  surrogate_ = is_first_half ? unit : char16_t{0};
  if (!is_first_half) add(is_second_half ? replacement : char32_t{unit}, out);
}

void TextDecoder::add(char32_t character, std::string& out) {
  const bool is_mark = at_start_ && character == byte_order_mark;
  at_start_ = false;
  if (!is_mark && character != 0) append_utf8(out, character);
}

}  // namespace jobcast
