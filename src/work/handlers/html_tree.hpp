#pragma once

#include <gumbo.h>
#include <string_view>
#include <variant>

#include "work/handlers/html_text.hpp"

namespace jobcast {

/// A document parsed by gumbo. Valid while the text that was given lives.
///
/// Gumbo has neither limits nor a way to stop: nested elements cost it time by the square of their number, and its
/// own clean-up recurses until the stack is gone. But it asks for memory all the time, so the limits are kept there:
/// the allocator leaves the parser by longjmp, and the tree is freed block by block, not by gumbo.
class HtmlTree {
 public:
  HtmlTree(const HtmlLimits& limits, std::stop_token stop);
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;
  ~HtmlTree();

  /// The document's root element, or why there is none. Once.
  std::variant<const GumboNode*, HtmlRefusal> parse(std::string_view html);

 private:
  class Heap;
  Heap* heap_;
};

}  // namespace jobcast
