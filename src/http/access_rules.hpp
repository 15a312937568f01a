#pragma once

#include <cstdint>
#include <optional>

namespace jobcast::http {

/// Who may ask (contract, section 6). A page is open to all, but not to be read by other origins' scripts; nor is the
/// session, which pages of other origins can't change either, listed or not.
enum class Access : std::uint8_t { open, publish, admin, page, session };

/// Answers carry CORS headers.
constexpr bool is_shared(Access access) {
  return access == Access::open || access == Access::publish;
}

/// What a token, and a session got with it, stands for. An administrator may publish too.
enum class Role : std::uint8_t { publish, admin };

/// What a request brings to show its role.
enum class Means : std::uint8_t { none, token, session };

struct Proof {
  Means means = Means::none;
  std::optional<Role> role;  ///< nothing: the token is wrong, the session over
};

/// Whose page asks. Listed: by name, in cors.allowed_origins. None: no page, or one that only reads from its own
/// server.
enum class Origin : std::uint8_t { none, own, listed, foreign };

/// All that the rules look at.
struct AccessQuestion {
  Access access = Access::open;
  bool changes = false;   ///< neither GET nor HEAD
  bool is_local = false;  ///< from this machine itself, sent to a loopback name
  Origin origin = Origin::none;
  bool admin_token_set = false;
  bool publish_token_set = false;
  Proof proof;
};

enum class Verdict : std::uint8_t {
  allowed,
  elsewhere,       ///< for this machine alone, since no admin token is set
  unproved,        ///< no token, no session, or a wrong one
  wrong_role,      ///< a good token that does not open this
  foreign_origin,  ///< a change that another origin's page asks for, or that can't be told from one
};

/// The proof counts only where a token guards what is asked for.
Verdict decide_access(const AccessQuestion& question);

/// The role that a request has by what it brings or, where no admin token is set, by where it comes from.
std::optional<Role> role_of(const AccessQuestion& question);

}  // namespace jobcast::http
