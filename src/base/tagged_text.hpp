#pragma once

#include <string>
#include <string_view>

namespace jobcast {

/// A strong entity tag of the bytes, quoted (RFC 9110, section 8.8.3).
std::string make_etag(std::string_view bytes);

/// A body with its entity tag, made once and shared by every answer that sends it.
struct TaggedText {
  explicit TaggedText(std::string bytes);

  std::string text;
  std::string etag;
};

}  // namespace jobcast
