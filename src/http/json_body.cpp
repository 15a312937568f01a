#include "http/json_body.hpp"

#include <algorithm>

#include "jobcast/limits.hpp"

#include "http/problem.hpp"

namespace jobcast::http {

namespace {

/// How many objects and arrays are within one another at most. Looked for before parsing, so that what is too deep
/// costs no memory; of text that is no JSON it may be anything.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      depth -= depth > 0 ? 1 : 0;
    } else {
      in_string = c == '"';
    }
  }
  return deepest;
}

}  // namespace

JsonBody parse_json_object(std::string_view text) {
  if (depth_of(text) > limits::json_depth) {
    return problem(413, "payload_too_large",
                   "the JSON is nested deeper than " + std::to_string(limits::json_depth) + " levels");
  }
  auto parsed = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return problem(400, "invalid_json", "the body is not valid JSON");
  if (!parsed.is_object()) return problem(400, "invalid_json", "the body must be a JSON object");
  return parsed;
}

Task<JsonBody> read_json_object(RequestBody& body, std::uint64_t max_bytes) {
  const auto text = co_await body.read_all(max_bytes);
  if (!text) co_return body.fault();
  co_return parse_json_object(*text);
}

}  // namespace jobcast::http
