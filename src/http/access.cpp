#include "http/access.hpp"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>

#include "http/problem.hpp"

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

/// The host of "host", "host:port" or "[v6]:port", without brackets.
std::string_view host_part(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

bool came_through_a_proxy(const Request& request) {
  return !request.header("Forwarded").empty() || !request.header("X-Forwarded-For").empty() ||
         !request.header("X-Forwarded-Host").empty() || !request.header("X-Real-IP").empty() ||
         !request.header("Via").empty();
}

bool is_listed(std::string_view origin, const CorsConfig& cors) {
  return std::find(cors.allowed_origins.begin(), cors.allowed_origins.end(), origin) != cors.allowed_origins.end();
}

bool allows_all(const CorsConfig& cors) {
  return is_listed("*", cors);
}

/// The origin is the one that the request itself was sent to.
bool is_own(std::string_view origin, const Request& request) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  return boost::iequals(origin.substr(scheme_end + 3), request.header(beast_http::field::host));
}

Response unauthorized() {
  auto response = problem(401, "unauthorized",
                          "this is for administrators: it is answered only to requests that come from the machine "
                          "jobcastd runs on, sent to localhost directly and not through a proxy");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

bool is_loopback_address(const boost::asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().is_loopback();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).is_loopback();
  return v6.is_loopback();
}

bool is_local_client(const Request& request) {
  return is_loopback_address(request.peer) && !came_through_a_proxy(request);
}

bool is_loopback_host(std::string_view host) {
  const auto name = host_part(host);
  if (boost::iequals(name, "localhost")) return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(name, error);
  return !error && is_loopback_address(address);
}

std::optional<Response> refuse_access(const Request& request, Access access, const CorsConfig& cors) {
  const auto origin = request.header(beast_http::field::origin);
  if (access == Access::admin) {
    const bool local = is_local_client(request) && is_loopback_host(request.header(beast_http::field::host)) &&
                       (origin.empty() || is_own(origin, request));
    if (!local) return unauthorized();
  }
  if (!request.is_read() && !origin.empty() && !is_own(origin, request) && !is_listed(origin, cors)) {
    return problem(403, "origin_not_allowed",
                   "pages of the origin " + std::string(origin) + " may not change anything here");
  }
  return {};
}

void add_cors_headers(Response& response, const Request& request, const CorsConfig& cors) {
  response.headers.emplace_back("Vary", "Origin, Accept");
  const auto origin = request.header(beast_http::field::origin);
  if (!origin.empty() && is_listed(origin, cors)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  } else if (allows_all(cors)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  } else {
    return;
  }
  response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After, Location");
}

Response options_response(const Request& request, const RouteMatch& match, const CorsConfig& cors) {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Allow", match.allow);
  if (!match.shared) return response;
  add_cors_headers(response, request, cors);
  response.headers.emplace_back("Access-Control-Allow-Methods", match.allow);
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                "If-None-Match, Last-Event-ID, Authorization, Idempotency-Key, Content-Type");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace jobcast::http
