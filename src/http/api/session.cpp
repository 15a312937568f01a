#include <algorithm>
#include <spdlog/spdlog.h>

#include "jobcast/limits.hpp"

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "http/access.hpp"
#include "http/api/endpoints.hpp"
#include "http/json_body.hpp"
#include "http/problem.hpp"
#include "http/session_cookie.hpp"

namespace jobcast::http {
namespace {

using nlohmann::json;

/// The token of the body, or the answer that refuses it.
std::variant<std::string, Response> read_token(const JsonBody& body) {
  if (const auto* refusal = std::get_if<Response>(&body)) return *refusal;
  const auto& object = std::get<json>(body);
  const auto found = object.find("token");
  if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
    return invalid_parameter("token must be given, as a string");
  }
  return found->get<std::string>();
}

Response private_json(std::string body) {
  Response response;
  response.content_type = "application/json";
  response.cache_control = "no-store";
  response.body = std::move(body);
  return response;
}

std::string_view json_bool(bool value) {
  return value ? "true" : "false";
}

void append_role(std::string& out, std::optional<Role> role) {
  out += "{\"role\":";
  if (role) {
    append_json_string(out, to_string(*role));
  } else {
    out += "null";
  }
}

}  // namespace

Task<Response> get_session(Exchange& exchange) {
  const auto& authority = exchange.services.authority;
  std::string body;
  append_role(body, role_of(exchange.request, exchange.services.config.cors, authority));
  body += ",\"admin_token_set\":";
  body += json_bool(authority.admin_token_set());
  body += ",\"publish_token_set\":";
  body += json_bool(authority.publish_token_set());
  body += '}';
  co_return private_json(std::move(body));
}

Task<Response> post_session(Exchange& exchange) {
  const auto max_bytes = std::min(limits::session_json_bytes, exchange.services.config.limits.max_json_bytes);
  const auto json_body = co_await read_json_object(exchange.body, max_bytes);
  const auto token = read_token(json_body);
  if (const auto* refusal = std::get_if<Response>(&token)) co_return *refusal;
  const auto& authority = exchange.services.authority;
  if (!authority.admin_token_set() && !authority.publish_token_set()) {
    co_return unauthorized("no token opens anything here: neither auth.admin_token nor auth.publish_token is set");
  }
  const auto role = authority.role_of_token(std::get<std::string>(token));
  if (!role) {
    spdlog::info("{} asked for a session with a wrong token", exchange.request.peer.to_string());
    co_return unauthorized("the token is wrong");
  }
  const auto session = authority.open_session(*role);
  std::string body;
  append_role(body, role);
  body += ",\"expires_at\":\"";
  append_text(body, session.expires_at);
  body += "\"}";
  auto response = private_json(std::move(body));
  response.headers.emplace_back("Set-Cookie", set_session_cookie(session.cookie, limits::session_time));
  co_return response;
}

Task<Response> delete_session(Exchange& /*exchange*/) {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Set-Cookie", set_session_cookie({}, std::chrono::seconds(0)));
  co_return response;
}

}  // namespace jobcast::http
