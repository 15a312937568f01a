#pragma once

#include <algorithm>
#include <string_view>

namespace jobcast {

/// How closely a media range names a media type; the closer the higher.
enum class MediaFit : unsigned char { none, any, type, exact };

/// @param range  `type/subtype`, `type/*` or `*/*`, lower case
/// @param type   `type/subtype`, lower case, without parameters
constexpr MediaFit fit_of(std::string_view range, std::string_view type) {
  if (range == "*/*") return MediaFit::any;
  if (range == type) return MediaFit::exact;
  if (!range.ends_with("/*")) return MediaFit::none;
  return type.starts_with(range.substr(0, range.size() - 1)) ? MediaFit::type : MediaFit::none;
}

/// Whether the text is a media range, in lower case and without parameters (RFC 6838, section 4.2, for the names).
constexpr bool is_media_range(std::string_view text) {
  const auto is_name = [](std::string_view name) {
    const auto is_first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !name.empty() && name.size() <= 127 && is_first(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
             return is_first(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
           });
  };
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto type = text.substr(0, slash);
  const auto subtype = text.substr(slash + 1);
  if (type == "*") return subtype == "*";
  return is_name(type) && (subtype == "*" || is_name(subtype));
}

}  // namespace jobcast
