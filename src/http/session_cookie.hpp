#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "http/access_rules.hpp"

// Sessions are kept by the browser alone: "ROLE.EXPIRY.SIGNATURE", the expiry in seconds since 1970, the signature an
// HMAC in hexadecimal. So they survive a restart, and end with the token that they were got for.
namespace jobcast::http {

inline constexpr std::string_view session_cookie_name = "jobcast_session";

/// What signs the sessions of one token.
Digest derive_session_key(std::string_view token);

/// "admin" or "publish".
std::string_view to_string(Role role);

/// The value of the cookie.
std::string make_session(Role role, std::chrono::sys_seconds expires_at, const Digest& key);

/// What a cookie claims; believe it only if it is signed with the key of its role. Refers to the cookie's text.
struct SessionClaim {
  Role role = Role::publish;
  std::chrono::sys_seconds expires_at;
  std::string_view claim;  ///< what was signed
  Digest signature{};
};

std::optional<SessionClaim> parse_session(std::string_view value);

bool is_signed_with(const SessionClaim& claim, const Digest& key);

/// The values of all cookies of that name in a Cookie header (RFC 6265, section 5.4). Another host of the same domain
/// can add some of its own.
std::vector<std::string_view> cookies_named(std::string_view name, std::string_view header);

/// Set-Cookie that keeps the session for so long; for 0: ends it.
std::string set_session_cookie(std::string_view value, std::chrono::seconds max_age);

}  // namespace jobcast::http
