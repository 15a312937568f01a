#include "http/authority.hpp"

#include <gtest/gtest.h>
#include <random>

#include "jobcast/limits.hpp"

#include "http/session_cookie.hpp"
#include "support/manual_clock.hpp"

namespace jobcast::http {
namespace {

using namespace std::chrono_literals;

const std::string admin_token = "the-admin-token!";
const std::string publish_token = "the-publish-token";

class AuthorityTest : public ::testing::Test {
 protected:
  Proof proof(const std::vector<std::pair<std::string, std::string>>& headers) const {
    Fields fields;
    for (const auto& [name, value] : headers) fields.insert(name, value);
    Request request;
    request.fields = &fields;
    return authority_.proof_of(request);
  }

  std::string cookie(Role role) const { return "jobcast_session=" + authority_.open_session(role).cookie; }

  ManualClock clock_;
  Authority authority_{{admin_token, publish_token}, clock_};
};

TEST_F(AuthorityTest, KnowsItsTokens) {
  EXPECT_EQ(authority_.role_of_token(admin_token), Role::admin);
  EXPECT_EQ(authority_.role_of_token(publish_token), Role::publish);
  for (const auto& token : {std::string(), admin_token + '!', admin_token.substr(1), publish_token + '\0',
                            std::string("THE-ADMIN-TOKEN!"), std::string(100'000, 'a')}) {
    EXPECT_FALSE(authority_.role_of_token(token));
  }
}

TEST_F(AuthorityTest, KnowsNoEmptyToken) {
  const Authority none({}, clock_);
  EXPECT_FALSE(none.admin_token_set());
  EXPECT_FALSE(none.publish_token_set());
  EXPECT_FALSE(none.role_of_token(""));
  EXPECT_FALSE(none.role_of_session(authority_.open_session(Role::admin).cookie));
}

TEST_F(AuthorityTest, ReadsBearerTokens) {
  struct Case {
    std::string authorization;
    Means means;
    std::optional<Role> role;
  };
  const Case cases[] = {
      {"Bearer " + admin_token, Means::token, Role::admin},
      {"bearer " + admin_token, Means::token, Role::admin},
      {"BEARER   " + publish_token, Means::token, Role::publish},
      {"Bearer wrong", Means::token, {}},
      {"Bearer", Means::token, {}},
      {"Bearer " + admin_token + ' ' + admin_token, Means::token, {}},
      {"Bearer \"" + admin_token + '"', Means::token, {}},
      {"Bearer" + admin_token, Means::none, {}},
      {"Basic " + admin_token, Means::none, {}},
      {admin_token, Means::none, {}},
      {"", Means::none, {}},
  };
  for (const auto& [authorization, means, role] : cases) {
    const auto found = proof({{"Authorization", authorization}});
    EXPECT_EQ(found.means, means) << authorization;
    EXPECT_EQ(found.role, role) << authorization;
  }
}

TEST_F(AuthorityTest, ReadsSessions) {
  EXPECT_EQ(proof({{"Cookie", cookie(Role::admin)}}).role, Role::admin);
  EXPECT_EQ(proof({{"Cookie", cookie(Role::publish)}}).role, Role::publish);
  EXPECT_EQ(proof({{"Cookie", "x=y; " + cookie(Role::admin) + "; z"}}).role, Role::admin);
  EXPECT_EQ(proof({{"Cookie", "x=y"}, {"Cookie", cookie(Role::admin)}}).role, Role::admin);
  // Another host of the domain can't end a session by a cookie of its own.
  EXPECT_EQ(proof({{"Cookie", "jobcast_session=junk; " + cookie(Role::admin)}}).role, Role::admin);
  EXPECT_EQ(proof({{"Cookie", cookie(Role::admin) + "; " + cookie(Role::publish)}}).role, Role::admin);
  EXPECT_EQ(proof({{"Cookie", "jobcast_session=junk"}}).means, Means::session);
  EXPECT_FALSE(proof({{"Cookie", "jobcast_session=junk"}}).role);
  EXPECT_FALSE(proof({{"Cookie", "jobcast_session=" + admin_token}}).role);
  EXPECT_EQ(proof({{"Cookie", "other=junk"}}).means, Means::none);
}

TEST_F(AuthorityTest, TakesATokenBeforeASession) {
  const auto wrong = proof({{"Authorization", "Bearer wrong"}, {"Cookie", cookie(Role::admin)}});
  EXPECT_EQ(wrong.means, Means::token);
  EXPECT_FALSE(wrong.role);
  // A proxy's own password is none of ours.
  EXPECT_EQ(proof({{"Authorization", "Basic eDp5"}, {"Cookie", cookie(Role::admin)}}).role, Role::admin);
}

TEST_F(AuthorityTest, EndsSessions) {
  const auto session = authority_.open_session(Role::admin);
  EXPECT_EQ(session.expires_at - std::chrono::floor<std::chrono::seconds>(clock_.now()), limits::session_time);
  clock_.advance(limits::session_time - 1us);
  EXPECT_EQ(authority_.role_of_session(session.cookie), Role::admin);
  clock_.advance(1us);
  EXPECT_FALSE(authority_.role_of_session(session.cookie));
}

TEST_F(AuthorityTest, KeepsSessionsWhileTheirTokenIs) {
  const auto admin = authority_.open_session(Role::admin).cookie;
  const auto publish = authority_.open_session(Role::publish).cookie;
  const Authority restarted({admin_token, publish_token}, clock_);
  EXPECT_EQ(restarted.role_of_session(admin), Role::admin);
  EXPECT_EQ(restarted.role_of_session(publish), Role::publish);
  const Authority changed({"another-admin-token", publish_token}, clock_);
  EXPECT_FALSE(changed.role_of_session(admin));
  EXPECT_EQ(changed.role_of_session(publish), Role::publish);
  const Authority swapped({publish_token, admin_token}, clock_);
  EXPECT_FALSE(swapped.role_of_session(admin));
  EXPECT_FALSE(swapped.role_of_session(publish));
}

TEST_F(AuthorityTest, BelievesNoRandomCookie) {
  std::minstd_rand random(1);
  const auto good = authority_.open_session(Role::admin).cookie;
  for (int i = 0; i < 20'000; ++i) {
    std::string cookie = i % 2 == 0 ? good : std::string(random() % 128, ' ');
    // Half are noise throughout, half a good one with some bytes changed.
    const auto changes = i % 2 == 0 ? 1 + random() % 8 : cookie.size();
    for (std::size_t j = 0; j < changes; ++j) {
      cookie[i % 2 == 0 ? random() % cookie.size() : j] = static_cast<char>(random() % 256);
    }
    if (cookie == good) continue;
    EXPECT_FALSE(authority_.role_of_session(cookie)) << testing::PrintToString(cookie);
    EXPECT_FALSE(proof({{"Cookie", "jobcast_session=" + cookie}}).role);
  }
}

}  // namespace
}  // namespace jobcast::http
