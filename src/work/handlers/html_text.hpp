#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

namespace jobcast {

struct HtmlLimits {
  std::size_t memory_bytes = 512 * 1024 * 1024;  ///< of the parsed document
  std::chrono::milliseconds time{10'000};
};

/// What a reader of a page sees.
struct HtmlText {
  std::string text;   ///< valid UTF-8; block elements stand on lines of their own, table cells are parted by tabs
  std::string title;  ///< of the document, on one line; empty where there is none
};

enum class HtmlRefusal : std::uint8_t { too_complex, too_slow, stopped };

/// The text of an HTML document in UTF-8. The work is bounded, however the document is nested.
std::variant<HtmlText, HtmlRefusal> text_of_html(std::string_view html, const HtmlLimits& limits,
                                                 const std::stop_token& stop);

/// The text with runs of ASCII white space made one space each, none at its ends, at most `limit` bytes.
std::string on_one_line(std::string_view text, std::size_t limit);

}  // namespace jobcast
