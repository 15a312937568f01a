#include "work/handlers/placeholders.hpp"

#include <algorithm>
#include <utility>

namespace jobcast {
namespace {

constexpr std::array<std::string_view, placeholder_count> placeholder_names = {"input", "output", "payload", "id",
                                                                               "filename"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<Placeholder> placeholder_of(std::string_view word) {
  const auto* const found = std::find(placeholder_names.begin(), placeholder_names.end(), word);
  if (found == placeholder_names.end()) return {};
  return static_cast<Placeholder>(found - placeholder_names.begin());
}

/// A word in braces, or the text up to the next one.
struct Piece {
  std::string_view text;  ///< braces included
  std::string_view word;  ///< empty: plain text
};

/// Takes the next piece off a text that is not empty.
Piece take_piece(std::string_view& rest) {
  for (auto begin = rest.find('{'); begin != std::string_view::npos; begin = rest.find('{', begin + 1)) {
    auto end = begin + 1;
    while (end < rest.size() && is_letter(rest[end])) ++end;
    if (end == begin + 1 || end == rest.size() || rest[end] != '}') continue;
    const bool is_first = begin == 0;
    const Piece piece{rest.substr(0, is_first ? end + 1 : begin),
                      is_first ? rest.substr(1, end - 1) : std::string_view()};
    rest.remove_prefix(piece.text.size());
    return piece;
  }
  return {std::exchange(rest, {}), {}};
}

}  // namespace

std::optional<std::string> find_unknown_placeholder(std::string_view argument) {
  while (!argument.empty()) {
    const auto piece = take_piece(argument);
    if (!piece.word.empty() && !placeholder_of(piece.word)) return std::string(piece.word);
  }
  return {};
}

bool names(const std::vector<std::string>& texts, Placeholder placeholder) {
  const auto word = placeholder_names[static_cast<std::size_t>(placeholder)];
  const auto braced = '{' + std::string(word) + '}';
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(braced) != std::string::npos; });
}

std::string expand_placeholders(std::string_view argument, const PlaceholderValues& values) {
  std::string expanded;
  while (!argument.empty()) {
    const auto piece = take_piece(argument);
    const auto placeholder = placeholder_of(piece.word);
    expanded += placeholder ? std::string_view(values[static_cast<std::size_t>(*placeholder)]) : piece.text;
  }
  return expanded;
}

}  // namespace jobcast
