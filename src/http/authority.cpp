#include "http/authority.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "jobcast/limits.hpp"

#include "http/session_cookie.hpp"

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

/// The token of "Bearer TOKEN"; nothing for another scheme (RFC 9110, section 11.6.2).
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer";
  if (!boost::beast::iequals(authorization.substr(0, scheme.size()), scheme)) return {};
  authorization.remove_prefix(scheme.size());
  const auto token = authorization.find_first_not_of(' ');
  if (token == std::string_view::npos) return std::string_view();
  if (token == 0) return {};
  return authorization.substr(token);
}

}  // namespace

Authority::Authority(const AuthConfig& config, const Clock& clock)
    : clock_(clock), admin_(secret_of(config.admin_token)), publish_(secret_of(config.publish_token)) {}

std::optional<Authority::Secret> Authority::secret_of(const std::string& token) {
  if (token.empty()) return {};
  return Secret{sha256(token), derive_session_key(token)};
}

const std::optional<Authority::Secret>& Authority::secret(Role role) const {
  return role == Role::admin ? admin_ : publish_;
}

Proof Authority::proof_of(const Request& request) const {
  if (const auto token = bearer_token(request.header(beast_http::field::authorization))) {
    return {Means::token, role_of_token(*token)};
  }
  Proof proof;
  const auto [begin, end] = request.fields->equal_range(beast_http::field::cookie);
  for (auto header = begin; header != end; ++header) {
    for (const auto cookie : cookies_named(session_cookie_name, header->value())) {
      proof.means = Means::session;
      if (const auto role = role_of_session(cookie)) proof.role = std::max(proof.role, role);
    }
  }
  return proof;
}

std::optional<Role> Authority::role_of_token(std::string_view token) const {
  // Digests are of one length, so that the comparison tells nothing of the tokens'.
  const auto given = sha256(token);
  const bool admin = admin_ && equal_in_constant_time(given, admin_->token);
  const bool publish = publish_ && equal_in_constant_time(given, publish_->token);
  if (admin) return Role::admin;
  if (publish) return Role::publish;
  return {};
}

std::optional<Role> Authority::role_of_session(std::string_view cookie) const {
  const auto claim = parse_session(cookie);
  if (!claim || clock_.now() >= claim->expires_at) return {};
  const auto& known = secret(claim->role);
  if (!known || !is_signed_with(*claim, known->session_key)) return {};
  return claim->role;
}

OpenedSession Authority::open_session(Role role) const {
  const auto expires_at = std::chrono::floor<std::chrono::seconds>(clock_.now()) + limits::session_time;
  return {make_session(role, expires_at, secret(role).value().session_key), expires_at};
}

}  // namespace jobcast::http
