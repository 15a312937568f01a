#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "http/request_body.hpp"
#include "http/response.hpp"

namespace jobcast::http {

/// A request's body as a JSON object, or the answer that refuses it.
using JsonBody = std::variant<nlohmann::json, Response>;

/// Parses the text of a body. Refused: what is no JSON or no object (400 invalid_json), nested deeper than
/// limits::json_depth (413).
JsonBody parse_json_object(std::string_view text);

/// Reads the body and parses it; one larger than `max_bytes` is refused with 413.
Task<JsonBody> read_json_object(RequestBody& body, std::uint64_t max_bytes);

}  // namespace jobcast::http
