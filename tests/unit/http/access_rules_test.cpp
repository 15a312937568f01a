#include "http/access_rules.hpp"

#include <gtest/gtest.h>

namespace jobcast::http {
namespace {

constexpr Proof nothing;
constexpr Proof wrong_token{Means::token, {}};
constexpr Proof publish_token{Means::token, Role::publish};
constexpr Proof admin_token{Means::token, Role::admin};
constexpr Proof dead_session{Means::session, {}};
constexpr Proof publish_session{Means::session, Role::publish};
constexpr Proof admin_session{Means::session, Role::admin};

/// Which tokens are set.
struct Tokens {
  bool admin = false;
  bool publish = false;
};
constexpr Tokens none{};
constexpr Tokens admin{true, false};
constexpr Tokens publish{false, true};
constexpr Tokens both{true, true};

constexpr bool here = true;
constexpr bool elsewhere = false;

/// A program's request for a change: it has no Origin but, where it brings a session, the own one.
AccessQuestion asked(Access access, Tokens tokens, bool is_local, const Proof& proof) {
  AccessQuestion question;
  question.access = access;
  question.changes = true;
  question.is_local = is_local;
  question.origin = proof.means == Means::session ? Origin::own : Origin::none;
  question.admin_token_set = tokens.admin;
  question.publish_token_set = tokens.publish;
  question.proof = proof;
  return question;
}

struct Case {
  Access access;
  Tokens tokens;
  bool is_local;
  Proof proof;
  Verdict verdict;
};

void check(const std::vector<Case>& cases) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& [access, tokens, is_local, proof, verdict] = cases[i];
    EXPECT_EQ(decide_access(asked(access, tokens, is_local, proof)), verdict) << "case " << i;
    auto read = asked(access, tokens, is_local, proof);
    read.changes = false;
    read.origin = Origin::none;
    EXPECT_EQ(decide_access(read), verdict) << "case " << i << ", read";
  }
}

TEST(AccessRulesTest, GuardsWhatIsForAdministrators) {
  check({
      {Access::admin, none, here, nothing, Verdict::allowed},
      {Access::admin, none, here, wrong_token, Verdict::allowed},
      {Access::admin, none, elsewhere, nothing, Verdict::elsewhere},
      {Access::admin, none, elsewhere, wrong_token, Verdict::elsewhere},
      {Access::admin, publish, here, nothing, Verdict::allowed},
      {Access::admin, publish, here, publish_token, Verdict::allowed},
      {Access::admin, publish, here, publish_session, Verdict::allowed},
      {Access::admin, publish, elsewhere, publish_token, Verdict::elsewhere},
      {Access::admin, publish, elsewhere, publish_session, Verdict::elsewhere},
  });
  for (const auto place : {here, elsewhere}) {
    for (const auto tokens : {admin, both}) {
      check({
          {Access::admin, tokens, place, nothing, Verdict::unproved},
          {Access::admin, tokens, place, wrong_token, Verdict::unproved},
          {Access::admin, tokens, place, dead_session, Verdict::unproved},
          {Access::admin, tokens, place, publish_token, Verdict::wrong_role},
          {Access::admin, tokens, place, publish_session, Verdict::wrong_role},
          {Access::admin, tokens, place, admin_token, Verdict::allowed},
          {Access::admin, tokens, place, admin_session, Verdict::allowed},
      });
    }
  }
}

TEST(AccessRulesTest, GuardsPublishingWhereATokenIsSetForIt) {
  for (const auto place : {here, elsewhere}) {
    for (const auto tokens : {none, admin}) {
      for (const auto& proof : {nothing, wrong_token, dead_session, admin_token, admin_session}) {
        check({{Access::publish, tokens, place, proof, Verdict::allowed}});
      }
    }
    for (const auto tokens : {publish, both}) {
      for (const auto& proof : {nothing, wrong_token, dead_session}) {
        check({{Access::publish, tokens, place, proof, Verdict::unproved}});
      }
      for (const auto& proof : {publish_token, publish_session, admin_token, admin_session}) {
        check({{Access::publish, tokens, place, proof, Verdict::allowed}});
      }
    }
  }
}

TEST(AccessRulesTest, GuardsNothingElse) {
  for (const auto access : {Access::open, Access::page, Access::session}) {
    for (const auto tokens : {none, admin, publish, both}) {
      for (const auto& proof : {nothing, wrong_token, dead_session, publish_token, admin_session}) {
        check({{access, tokens, elsewhere, proof, Verdict::allowed}});
      }
    }
  }
}

struct ChangeCase {
  Access access;
  Tokens tokens;
  Proof proof;
  Origin origin;
  Verdict verdict;
};

TEST(AccessRulesTest, LetsOnlyTheRightPagesChangeThings) {
  const auto bad = Verdict::foreign_origin;
  const ChangeCase cases[] = {
      // Where nothing guards, or a program brings a token: own and listed pages, and none.
      {Access::publish, none, nothing, Origin::none, Verdict::allowed},
      {Access::publish, none, nothing, Origin::own, Verdict::allowed},
      {Access::publish, none, nothing, Origin::listed, Verdict::allowed},
      {Access::publish, none, nothing, Origin::foreign, bad},
      {Access::publish, admin, admin_session, Origin::none, Verdict::allowed},
      {Access::publish, admin, admin_session, Origin::foreign, bad},
      {Access::publish, publish, publish_token, Origin::none, Verdict::allowed},
      {Access::publish, publish, publish_token, Origin::listed, Verdict::allowed},
      {Access::publish, publish, publish_token, Origin::foreign, bad},
      {Access::admin, admin, admin_token, Origin::none, Verdict::allowed},
      {Access::admin, admin, admin_token, Origin::listed, Verdict::allowed},
      {Access::admin, admin, admin_token, Origin::foreign, bad},
      // A session: own pages alone.
      {Access::publish, publish, publish_session, Origin::own, Verdict::allowed},
      {Access::publish, publish, publish_session, Origin::none, bad},
      {Access::publish, publish, publish_session, Origin::listed, bad},
      {Access::publish, publish, admin_session, Origin::foreign, bad},
      {Access::admin, admin, admin_session, Origin::own, Verdict::allowed},
      {Access::admin, admin, admin_session, Origin::none, bad},
      {Access::admin, admin, admin_session, Origin::listed, bad},
      {Access::admin, admin, admin_session, Origin::foreign, bad},
      // The session itself: no other page, listed or not.
      {Access::session, admin, nothing, Origin::none, Verdict::allowed},
      {Access::session, admin, admin_session, Origin::none, Verdict::allowed},
      {Access::session, admin, admin_session, Origin::own, Verdict::allowed},
      {Access::session, admin, nothing, Origin::listed, bad},
      {Access::session, admin, nothing, Origin::foreign, bad},
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    auto question = asked(cases[i].access, cases[i].tokens, elsewhere, cases[i].proof);
    question.origin = cases[i].origin;
    EXPECT_EQ(decide_access(question), cases[i].verdict) << "case " << i;
    question.changes = false;
    EXPECT_EQ(decide_access(question), Verdict::allowed) << "case " << i << ", read";
  }
}

TEST(AccessRulesTest, TakesNoOtherPageForThisMachine) {
  for (const auto origin : {Origin::listed, Origin::foreign}) {
    auto question = asked(Access::admin, none, here, nothing);
    question.origin = origin;
    EXPECT_EQ(decide_access(question), Verdict::elsewhere);
    EXPECT_FALSE(role_of(question));
  }
}

TEST(AccessRulesTest, KnowsTheRole) {
  EXPECT_EQ(role_of(asked(Access::admin, none, here, nothing)), Role::admin);
  EXPECT_EQ(role_of(asked(Access::admin, publish, here, publish_session)), Role::admin);
  EXPECT_FALSE(role_of(asked(Access::admin, none, elsewhere, nothing)));
  EXPECT_FALSE(role_of(asked(Access::admin, admin, here, nothing)));
  EXPECT_FALSE(role_of(asked(Access::admin, admin, here, dead_session)));
  EXPECT_EQ(role_of(asked(Access::admin, admin, elsewhere, admin_session)), Role::admin);
  EXPECT_EQ(role_of(asked(Access::admin, both, elsewhere, publish_token)), Role::publish);
}

}  // namespace
}  // namespace jobcast::http
