#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/clock.hpp"
#include "jobcast/config.hpp"

#include "base/digest.hpp"
#include "http/access_rules.hpp"
#include "http/request.hpp"

namespace jobcast::http {

struct OpenedSession {
  std::string cookie;  ///< the value
  std::chrono::sys_seconds expires_at;
};

/// Knows the configured tokens, and what they and the sessions got with them stand for. Keeps digests alone. Callable
/// from any thread.
class Authority {
 public:
  Authority(const AuthConfig& config, const Clock& clock);

  [[nodiscard]] bool admin_token_set() const { return admin_.has_value(); }
  [[nodiscard]] bool publish_token_set() const { return publish_.has_value(); }

  /// What the request shows: the token of its `Authorization: Bearer` or, where there is none, its session cookie.
  [[nodiscard]] Proof proof_of(const Request& request) const;

  /// Nothing: the token is wrong. Takes the same time whichever it is.
  [[nodiscard]] std::optional<Role> role_of_token(std::string_view token) const;

  /// Nothing: no session of these tokens, or one that is over.
  [[nodiscard]] std::optional<Role> role_of_session(std::string_view cookie) const;

  /// A session of limits::session_time. The role's token must be set.
  [[nodiscard]] OpenedSession open_session(Role role) const;

 private:
  struct Secret {
    Digest token{};
    Digest session_key{};
  };

  static std::optional<Secret> secret_of(const std::string& token);
  [[nodiscard]] const std::optional<Secret>& secret(Role role) const;

  const Clock& clock_;
  std::optional<Secret> admin_;
  std::optional<Secret> publish_;
};

}  // namespace jobcast::http
