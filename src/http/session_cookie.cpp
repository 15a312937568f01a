#include "http/session_cookie.hpp"

#include <algorithm>
#include <charconv>

namespace jobcast::http {
namespace {

/// Until the year 33658.
constexpr std::size_t most_expiry_digits = 12;

std::optional<Role> parse_role(std::string_view text) {
  for (const auto role : {Role::admin, Role::publish}) {
    if (text == to_string(role)) return role;
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Digest derive_session_key(std::string_view token) {
  return hmac_sha256(sha256(token), "jobcast session");
}

std::string_view to_string(Role role) {
  return role == Role::admin ? "admin" : "publish";
}

std::string make_session(Role role, std::chrono::sys_seconds expires_at, const Digest& key) {
  auto claim = std::string(to_string(role)) + '.' + std::to_string(expires_at.time_since_epoch().count());
  const auto signature = to_hex(hmac_sha256(key, claim));
  return claim + '.' + signature;
}

std::optional<SessionClaim> parse_session(std::string_view value) {
  const auto first = value.find('.');
  const auto last = value.rfind('.');
  if (first == std::string_view::npos || first == last) return {};
  const auto role = parse_role(value.substr(0, first));
  const auto signature = parse_digest(value.substr(last + 1));
  const auto expiry = value.substr(first + 1, last - first - 1);
  if (!role || !signature || expiry.size() > most_expiry_digits) return {};
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(expiry.data(), expiry.data() + expiry.size(), seconds);
  if (error != std::errc() || end != expiry.data() + expiry.size()) return {};
  const std::chrono::sys_seconds expires_at{std::chrono::seconds(seconds)};
  return SessionClaim{*role, expires_at, value.substr(0, last), *signature};
}

bool is_signed_with(const SessionClaim& claim, const Digest& key) {
  return equal_in_constant_time(claim.signature, hmac_sha256(key, claim.claim));
}

std::vector<std::string_view> cookies_named(std::string_view name, std::string_view header) {
  std::vector<std::string_view> values;
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    const auto pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) continue;
    values.push_back(trimmed(pair.substr(equals + 1)));
  }
  return values;
}

std::string set_session_cookie(std::string_view value, std::chrono::seconds max_age) {
  return std::string(session_cookie_name) + '=' + std::string(value) +
         "; Path=/; Max-Age=" + std::to_string(max_age.count()) + "; HttpOnly; SameSite=Strict";
}

}  // namespace jobcast::http
