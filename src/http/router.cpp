#include "http/router.hpp"

#include <algorithm>

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::string_view placeholder = "{id}";

bool matches(std::string_view pattern, const std::vector<std::string>& segments, std::string_view& id) {
  pattern.remove_prefix(1);
  for (const auto& segment : segments) {
    if (pattern.empty()) return false;
    const auto slash = pattern.find('/');
    const auto wanted = pattern.substr(0, slash);
    if (wanted == placeholder) {
      id = segment;
    } else if (wanted != segment) {
      return false;
    }
    pattern = slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
  }
  return pattern.empty();
}

void allow(RouteMatch& match, std::string_view method) {
  if (!match.allow.empty()) match.allow += ", ";
  match.allow += method;
}

}  // namespace

RouteMatch match_route(std::span<const Route> table, const Request& request) {
  const auto method = request.is_head() ? beast_http::verb::get : request.method;
  RouteMatch match;
  // A literal path wins over one with a placeholder: /api/jobs/retry-failed is no job's id.
  for (const bool literal : {true, false}) {
    for (const auto& route : table) {
      if ((route.pattern.find(placeholder) == std::string_view::npos) != literal) continue;
      std::string_view id;
      if (!matches(route.pattern, request.target.segments(), id)) continue;
      if (route.method == method) return RouteMatch{&route, /*path_known=*/true, {}, is_shared(route.access), id};
      match.path_known = true;
      match.shared = match.shared || is_shared(route.access);
      allow(match, std::string_view(beast_http::to_string(route.method)));
      if (route.method == beast_http::verb::get) allow(match, "HEAD");
    }
    if (match.path_known) break;
  }
  if (match.path_known) allow(match, "OPTIONS");
  return match;
}

}  // namespace jobcast::http
