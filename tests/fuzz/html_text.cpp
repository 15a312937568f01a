// Whatever the bytes, the text of a page is valid UTF-8, and reading it stays within its limits.

#include "work/handlers/html_text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "base/text.hpp"
#include "work/handlers/text_decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  jobcast::EncodingGuess guess;
  guess.add(bytes);
  jobcast::TextDecoder decoder(guess.encoding());
  std::string html;
  decoder.decode(bytes, html);
  decoder.finish(html);
  if (!jobcast::is_valid_utf8(html)) std::abort();

  // Little memory, so that the way out of the parser is taken often.
  const auto outcome = jobcast::text_of_html(html, {64 * 1024, 10s}, {});
  if (const auto* page = std::get_if<jobcast::HtmlText>(&outcome)) {
    if (!jobcast::is_valid_utf8(page->text) || !jobcast::is_valid_utf8(page->title)) std::abort();
  }
  return 0;
}
