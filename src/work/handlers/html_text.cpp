#include "work/handlers/html_text.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "work/handlers/html_tree.hpp"
#include "work/handlers/text_chunks.hpp"

namespace jobcast {
namespace {

constexpr std::size_t title_bytes = 1024;

/// Elements whose content a reader of the page does not see.
constexpr std::initializer_list<GumboTag> unseen = {
    GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,    GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE, GUMBO_TAG_TITLE,
    GUMBO_TAG_IFRAME, GUMBO_TAG_NOFRAMES, GUMBO_TAG_NOEMBED,  GUMBO_TAG_AUDIO,    GUMBO_TAG_VIDEO,
    GUMBO_TAG_CANVAS, GUMBO_TAG_RP,       GUMBO_TAG_DATALIST, GUMBO_TAG_DESC,
};

/// Elements that stand on lines of their own.
constexpr std::initializer_list<GumboTag> blocks = {
    GUMBO_TAG_ADDRESS,  GUMBO_TAG_ARTICLE, GUMBO_TAG_ASIDE,     GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY,
    GUMBO_TAG_CAPTION,  GUMBO_TAG_CENTER,  GUMBO_TAG_DD,        GUMBO_TAG_DETAILS,    GUMBO_TAG_DIR,
    GUMBO_TAG_DIV,      GUMBO_TAG_DL,      GUMBO_TAG_DT,        GUMBO_TAG_FIELDSET,   GUMBO_TAG_FIGCAPTION,
    GUMBO_TAG_FIGURE,   GUMBO_TAG_FOOTER,  GUMBO_TAG_FORM,      GUMBO_TAG_H1,         GUMBO_TAG_H2,
    GUMBO_TAG_H3,       GUMBO_TAG_H4,      GUMBO_TAG_H5,        GUMBO_TAG_H6,         GUMBO_TAG_HEADER,
    GUMBO_TAG_HGROUP,   GUMBO_TAG_HR,      GUMBO_TAG_HTML,      GUMBO_TAG_LEGEND,     GUMBO_TAG_LI,
    GUMBO_TAG_LISTING,  GUMBO_TAG_MAIN,    GUMBO_TAG_MENU,      GUMBO_TAG_NAV,        GUMBO_TAG_OL,
    GUMBO_TAG_OPTGROUP, GUMBO_TAG_OPTION,  GUMBO_TAG_PLAINTEXT, GUMBO_TAG_PRE,        GUMBO_TAG_SECTION,
    GUMBO_TAG_SELECT,   GUMBO_TAG_SUMMARY, GUMBO_TAG_TABLE,     GUMBO_TAG_TBODY,      GUMBO_TAG_TEXTAREA,
    GUMBO_TAG_TFOOT,    GUMBO_TAG_THEAD,   GUMBO_TAG_TR,        GUMBO_TAG_UL,         GUMBO_TAG_XMP,
};

/// Elements whose white space counts.
constexpr std::initializer_list<GumboTag> preformatted = {
    GUMBO_TAG_PRE, GUMBO_TAG_TEXTAREA, GUMBO_TAG_LISTING, GUMBO_TAG_XMP, GUMBO_TAG_PLAINTEXT,
};

bool is_among(std::initializer_list<GumboTag> tags, GumboTag tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

bool is_element(const GumboNode& node) {
  return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE;
}

/// Puts words together as a browser lays them out.
class Layout {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      if (preformatted_ == 0 && is_space(c)) {
        space_ = true;
      } else if (preformatted_ != 0 && c == '\n') {
        lines_ += 1;
        space_ = false;
      } else {
        put(c);
      }
    }
  }

  /// What follows stands at least `lines` lines below.
  void part(int lines) {
    lines_ = std::max(lines_, lines);
    cell_ = false;
  }

  void line_break() { lines_ += 1; }
  void next_cell() { cell_ = true; }
  void enter_preformatted() { ++preformatted_; }
  void leave_preformatted() { --preformatted_; }
  std::string take() { return std::move(text_); }

 private:
  void put(char c) {
    if (!text_.empty() && lines_ > 0) {
      text_.append(static_cast<std::size_t>(lines_), '\n');
    } else if (!text_.empty() && cell_) {
      text_.push_back('\t');
    } else if (!text_.empty() && space_) {
      text_.push_back(' ');
    }
    lines_ = 0;
    cell_ = false;
    space_ = false;
    text_.push_back(c);
  }

  std::string text_;
  int lines_ = 0;  ///< line feeds due before the next character
  int preformatted_ = 0;
  bool space_ = false;  ///< a space is due
  bool cell_ = false;   ///< a tab is due
};

/// Walks the tree with a stack of its own, since a document may be nested deeper than ours is.
class Reader {
 public:
  /// False where stop was requested.
  bool read(const GumboNode* root, const std::stop_token& stop) {
    enter(*root);
    while (!open_.empty()) {
      if (stop.stop_requested()) return false;
      auto& [element, next] = open_.back();
      const auto& children = element->v.element.children;
      if (next == children.length) {
        leave(*element);
        open_.pop_back();
      } else {
        enter(*static_cast<const GumboNode*>(children.data[next++]));
      }
    }
    return true;
  }

  HtmlText take() { return {to_valid_utf8(layout_.take()), on_one_line(title_, title_bytes)}; }

 private:
  struct Open {
    const GumboNode* element;
    unsigned next_child;
  };

  void enter(const GumboNode& node) {
    if (!is_element(node)) {
      if (node.type != GUMBO_NODE_COMMENT && node.type != GUMBO_NODE_DOCUMENT) layout_.add(node.v.text.text);
      return;
    }
    const auto tag = node.v.element.tag;
    if (tag == GUMBO_TAG_TITLE && node.v.element.tag_namespace == GUMBO_NAMESPACE_HTML) read_title(node);
    if (node.type == GUMBO_NODE_TEMPLATE || is_among(unseen, tag)) return;
    if (gumbo_get_attribute(&node.v.element.attributes, "hidden") != nullptr) return;
    part(tag);
    if (tag == GUMBO_TAG_BR) layout_.line_break();
    if (is_among(preformatted, tag)) layout_.enter_preformatted();
    open_.push_back({&node, 0});
  }

  void leave(const GumboNode& element) {
    const auto tag = element.v.element.tag;
    if (is_among(preformatted, tag)) layout_.leave_preformatted();
    part(tag);
    if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) layout_.next_cell();
  }

  void part(GumboTag tag) {
    if (tag == GUMBO_TAG_P) layout_.part(2);
    if (is_among(blocks, tag)) layout_.part(1);
  }

  void read_title(const GumboNode& title) {
    if (!title_.empty()) return;
    const auto& children = title.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
      const auto& child = *static_cast<const GumboNode*>(children.data[i]);
      if (child.type == GUMBO_NODE_TEXT) title_.append(child.v.text.text);
    }
  }

  Layout layout_;
  std::string title_;
  std::vector<Open> open_;
};

}  // namespace

std::variant<HtmlText, HtmlRefusal> text_of_html(std::string_view html, const HtmlLimits& limits,
                                                 const std::stop_token& stop) {
  HtmlTree tree(limits, stop);
  const auto parsed = tree.parse(html);
  if (const auto* refusal = std::get_if<HtmlRefusal>(&parsed)) return *refusal;
  Reader reader;
  if (!reader.read(std::get<const GumboNode*>(parsed), stop)) return HtmlRefusal::stopped;
  return reader.take();
}

std::string on_one_line(std::string_view text, std::size_t limit) {
  std::string line;
  for (const char c : text) {
    if (!is_space(c)) {
      line.push_back(c);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  line = cut_at_character(to_valid_utf8(line), limit);
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace jobcast
