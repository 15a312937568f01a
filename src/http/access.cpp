#include "http/access.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

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

/// A header with which a proxy tells for whom it speaks.
bool is_forwarding_header(std::string_view name) {
  constexpr std::string_view names[] = {"Forwarded",
                                        "Via",
                                        "X-Real-IP",
                                        "X-Client-IP",
                                        "True-Client-IP",
                                        "X-Cluster-Client-IP",
                                        "Fastly-Client-IP",
                                        "CF-Connecting-IP",
                                        "X-Original-Forwarded-For"};
  // Asked of every header of every request: Beast's comparison looks at the lengths first, and at no locale.
  constexpr std::string_view family = "X-Forwarded";
  if (boost::beast::iequals(name.substr(0, family.size()), family)) return true;
  return std::any_of(std::begin(names), std::end(names), [&](auto one) { return boost::beast::iequals(name, one); });
}

bool came_through_a_proxy(const Request& request) {
  return std::any_of(request.fields->begin(), request.fields->end(), [](const auto& field) {
    const auto name = field.name_string();
    return is_forwarding_header({name.data(), name.size()});
  });
}

/// `*` lists nobody: it is for readers.
bool is_listed(std::string_view origin, const CorsConfig& cors) {
  const auto& origins = cors.allowed_origins;
  return origin != "*" && std::find(origins.begin(), origins.end(), origin) != origins.end();
}

bool allows_all(const CorsConfig& cors) {
  const auto& origins = cors.allowed_origins;
  return std::find(origins.begin(), origins.end(), "*") != origins.end();
}

/// The origin is the one that the request itself was sent to.
bool is_own(std::string_view origin, const Request& request) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  return boost::beast::iequals(origin.substr(scheme_end + 3), request.header(beast_http::field::host));
}

Origin origin_of(const Request& request, const CorsConfig& cors) {
  const auto origin = request.header(beast_http::field::origin);
  if (origin.empty()) return Origin::none;
  if (is_own(origin, request)) return Origin::own;
  return is_listed(origin, cors) ? Origin::listed : Origin::foreign;
}

AccessQuestion question_of(const Request& request, Access access, const CorsConfig& cors, const Authority& authority) {
  AccessQuestion question;
  question.access = access;
  question.changes = !request.is_read();
  question.is_local = is_local_client(request) && is_loopback_host(request.header(beast_http::field::host));
  question.origin = origin_of(request, cors);
  question.admin_token_set = authority.admin_token_set();
  question.publish_token_set = authority.publish_token_set();
  return question;
}

std::string_view unproved_detail(const AccessQuestion& question) {
  switch (question.proof.means) {
    case Means::token:
      return "the token is wrong";
    case Means::session:
      return "the session is over, or was got for another token: POST /api/session opens a new one";
    case Means::none:
      break;
  }
  if (question.access == Access::admin) {
    return "this is for administrators: it needs the server's auth.admin_token as `Authorization: Bearer TOKEN`, or "
           "the cookie that POST /api/session gives for it";
  }
  return "this needs the server's auth.publish_token or auth.admin_token as `Authorization: Bearer TOKEN`, or the "
         "cookie that POST /api/session gives for it";
}

Response foreign_origin(const Request& request, Origin origin) {
  if (origin == Origin::none) {
    return problem(403, "origin_not_allowed",
                   "a change that is asked for with a session's cookie needs the Origin of this server's own pages; "
                   "programs send `Authorization: Bearer TOKEN`");
  }
  return problem(
      403, "origin_not_allowed",
      "pages of the origin " + std::string(request.header(beast_http::field::origin)) + " may not change this here");
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
  if (boost::beast::iequals(name, "localhost")) return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(name, error);
  return !error && is_loopback_address(address);
}

Response unauthorized(std::string_view detail) {
  auto response = problem(401, "unauthorized", detail);
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

std::optional<Response> refuse_access(const Request& request, Access access, const CorsConfig& cors,
                                      const Authority& authority) {
  // What the most requests ask for: to read what is open.
  if (access == Access::open && request.is_read()) return {};
  auto question = question_of(request, access, cors, authority);
  question.proof = authority.proof_of(request);
  switch (decide_access(question)) {
    case Verdict::allowed:
      return {};
    case Verdict::elsewhere:
      return unauthorized(
          "this is for administrators: with no auth.admin_token set in the server's configuration, it is answered "
          "only to requests that come from the machine jobcastd runs on, sent to localhost directly and not through a "
          "proxy; set auth.admin_token to administer it from elsewhere");
    case Verdict::unproved:
      return unauthorized(unproved_detail(question));
    case Verdict::wrong_role:
      return problem(403, "forbidden", "this is for administrators: the publish token does not open it");
    case Verdict::foreign_origin:
      break;
  }
  return foreign_origin(request, question.origin);
}

std::optional<Role> role_of(const Request& request, const CorsConfig& cors, const Authority& authority) {
  auto question = question_of(request, Access::admin, cors, authority);
  question.proof = authority.proof_of(request);
  return role_of(question);
}

void add_cors_headers(Response& response, const Request& request, const CorsConfig& cors) {
  response.headers.reserve(response.headers.size() + 4);
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
