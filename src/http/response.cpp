#include "http/response.hpp"

namespace jobcast::http {

std::string_view Response::content() const {
  if (shared) return shared->text;
  return static_body.empty() ? std::string_view(body) : static_body;
}

std::string_view Response::tag() const {
  return shared ? shared->etag : etag;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const auto comma = if_none_match.find(',');
    auto candidate = if_none_match.substr(0, comma);
    const auto first = candidate.find_first_not_of(" \t");
    if (first != std::string_view::npos) {
      candidate = candidate.substr(first, candidate.find_last_not_of(" \t") - first + 1);
      if (candidate == "*") return true;
      if (candidate.starts_with("W/")) candidate.remove_prefix(2);
      if (candidate == etag) return true;
    }
    if (comma == std::string_view::npos) break;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

Response json_response(std::string body) {
  auto response = json_outcome(200, std::move(body));
  response.etag = make_etag(response.body);
  return response;
}

Response json_response(std::shared_ptr<const TaggedText> shared) {
  auto response = json_outcome(200, {});
  response.shared = std::move(shared);
  return response;
}

Response json_outcome(unsigned status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.cache_control = "no-cache";
  response.body = std::move(body);
  return response;
}

}  // namespace jobcast::http
