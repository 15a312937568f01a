#include "http/json_body.hpp"

#include <algorithm>

#include "jobcast/limits.hpp"

#include "http/problem.hpp"

namespace jobcast::http {

JsonBody parse_json_object(std::string_view text) {
  using nlohmann::json;
  int deepest = 0;
  const auto note_depth = [&](int depth, json::parse_event_t event, json& /*value*/) {
    const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens) deepest = std::max(deepest, depth + 1);
    // What is too deep is dropped on the way, so that it costs no memory.
    return depth <= static_cast<int>(limits::json_depth);
  };
  auto parsed = json::parse(text, note_depth, /*allow_exceptions=*/false);
  if (deepest > static_cast<int>(limits::json_depth)) {
    return problem(413, "payload_too_large",
                   "the JSON is nested deeper than " + std::to_string(limits::json_depth) + " levels");
  }
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
