#include "http/access_rules.hpp"

namespace jobcast::http {
namespace {

bool is_admin_by_place(const AccessQuestion& question) {
  const bool own = question.origin == Origin::none || question.origin == Origin::own;
  return !question.admin_token_set && question.is_local && own;
}

/// Whether a token guards what is asked for.
bool is_guarded(const AccessQuestion& question) {
  return (question.access == Access::admin && question.admin_token_set) ||
         (question.access == Access::publish && question.publish_token_set);
}

/// Whose pages may ask for this change.
Verdict decide_change(const AccessQuestion& question) {
  if (question.origin == Origin::own) return Verdict::allowed;
  // Browsers add the cookie by themselves, whoever's page asks; a page's own Origin comes with every change.
  if (is_guarded(question) && question.proof.means == Means::session) return Verdict::foreign_origin;
  if (question.origin == Origin::none) return Verdict::allowed;
  const bool allowed = question.origin == Origin::listed && question.access != Access::session;
  return allowed ? Verdict::allowed : Verdict::foreign_origin;
}

}  // namespace

std::optional<Role> role_of(const AccessQuestion& question) {
  if (is_admin_by_place(question)) return Role::admin;
  return question.proof.role;
}

Verdict decide_access(const AccessQuestion& question) {
  if (question.access == Access::admin && !question.admin_token_set && !is_admin_by_place(question)) {
    return Verdict::elsewhere;
  }
  if (is_guarded(question)) {
    if (!question.proof.role) return Verdict::unproved;
    if (question.access == Access::admin && question.proof.role != Role::admin) return Verdict::wrong_role;
  }
  return question.changes ? decide_change(question) : Verdict::allowed;
}

}  // namespace jobcast::http
