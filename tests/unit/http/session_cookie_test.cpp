#include "http/session_cookie.hpp"

#include <gmock/gmock.h>

namespace jobcast::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using testing::ElementsAre;

const auto key = derive_session_key("a token of some length");
constexpr sys_seconds expiry{seconds(1'800'000'000)};

TEST(SessionCookieTest, KeepsRoleAndExpiry) {
  for (const auto role : {Role::publish, Role::admin}) {
    const auto value = make_session(role, expiry, key);
    EXPECT_TRUE(value.starts_with(role == Role::admin ? "admin.1800000000." : "publish.1800000000.")) << value;
    const auto claim = parse_session(value);
    ASSERT_TRUE(claim);
    EXPECT_EQ(claim->role, role);
    EXPECT_EQ(claim->expires_at, expiry);
    EXPECT_TRUE(is_signed_with(*claim, key));
    EXPECT_FALSE(is_signed_with(*claim, derive_session_key("another token of some length")));
  }
}

TEST(SessionCookieTest, BelievesNothingThatWasChanged) {
  const auto value = make_session(Role::publish, expiry, key);
  for (std::size_t i = 0; i < value.size(); ++i) {
    for (const char c : {'0', '1', '9', 'a', 'f', '.', ' ', '\0', '\xff'}) {
      auto other = value;
      other[i] = c;
      if (other == value) continue;
      const auto claim = parse_session(other);
      EXPECT_FALSE(claim && is_signed_with(*claim, key)) << other;
    }
    const auto cut = value.substr(0, i);  // outlives the claim, which refers to it
    const auto shorter = parse_session(cut);
    EXPECT_FALSE(shorter && is_signed_with(*shorter, key)) << i;
  }
  const auto admin = "admin" + value.substr(value.find('.'));
  const auto raised = parse_session(admin);
  ASSERT_TRUE(raised);
  EXPECT_FALSE(is_signed_with(*raised, key));
}

TEST(SessionCookieTest, ReadsNothingElse) {
  const std::string signature(64, 'a');
  EXPECT_TRUE(parse_session("admin.1." + signature));
  const std::string others[] = {
      "",
      ".",
      "..",
      "admin",
      "admin.1",
      "admin." + signature,
      "admin..",
      "admin.." + signature,
      ".1." + signature,
      "root.1." + signature,
      "ADMIN.1." + signature,
      "admin.x." + signature,
      "admin.1x." + signature,
      "admin.+1." + signature,
      "admin. 1." + signature,
      "admin.1.1." + signature,
      "admin.9999999999999999." + signature,
      "admin.1." + signature + "a",
      "admin.1." + std::string(64, 'g'),
      "\"admin.1." + signature + '"',
  };
  for (const auto& value : others) EXPECT_FALSE(parse_session(value)) << value;
}

TEST(SessionCookieTest, FindsCookiesByName) {
  EXPECT_THAT(cookies_named("a", "a=1"), ElementsAre("1"));
  EXPECT_THAT(cookies_named("a", "b=0; a=1; ab=2; a=3"), ElementsAre("1", "3"));
  EXPECT_THAT(cookies_named("a", " a =\t1 ;a=;a"), ElementsAre("1", ""));
  EXPECT_THAT(cookies_named("a", "a=b=c"), ElementsAre("b=c"));
  for (const auto* header : {"", ";", ";;;", "=", "=a", "A=1", "ba=1", "b=a=1", "a"}) {
    EXPECT_THAT(cookies_named("a", header), ElementsAre()) << header;
  }
}

TEST(SessionCookieTest, TellsTheBrowserHowToKeepIt) {
  EXPECT_EQ(set_session_cookie("x.y", seconds(60)),
            "jobcast_session=x.y; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
  EXPECT_EQ(set_session_cookie("", seconds(0)), "jobcast_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

}  // namespace
}  // namespace jobcast::http
