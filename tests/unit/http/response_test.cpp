#include "http/response.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/problem.hpp"

namespace jobcast::http {
namespace {

TEST(EtagTest, MatchesAsIfNoneMatchSays) {
  struct Case {
    const char* if_none_match;
    bool expected;
  };
  const Case cases[] = {
      {"\"a\"", true},  {" \"a\" ", true},  {"W/\"a\"", true}, {"\"b\", \"a\"", true}, {"\"b\",W/\"a\"\t,\"c\"", true},
      {"*", true},      {"\"b\", *", true}, {"", false},       {",", false},           {"a", false},
      {"\"b\"", false}, {"\"A\"", false},   {"\"ab\"", false}, {"w/\"a\"", false},
  };
  for (const auto& [if_none_match, expected] : cases) {
    EXPECT_EQ(etag_matches(if_none_match, "\"a\""), expected) << if_none_match;
  }
}

TEST(ProblemTest, SaysTheSameToNewAndOldClients) {
  const auto response = problem(404, "not_found", "nothing at \"/a\xff\"", ",\"job\":null");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto body = nlohmann::json::parse(response.body);
  EXPECT_EQ(body["type"], "about:blank");
  EXPECT_EQ(body["title"], "Not Found");
  EXPECT_EQ(body["status"], 404);
  EXPECT_EQ(body["code"], "not_found");
  EXPECT_EQ(body["detail"], "nothing at \"/a\xef\xbf\xbd\"");
  EXPECT_EQ(body["error"], body["detail"]);
  EXPECT_TRUE(body["job"].is_null());
}

TEST(ProblemTest, TellsWhenToComeBack) {
  const auto has_retry_after = [](const Response& response) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [](const auto& header) { return header.first == "Retry-After"; });
  };
  EXPECT_TRUE(has_retry_after(problem(Error{errc::queue_full, "full"})));
  EXPECT_TRUE(has_retry_after(problem(Error{errc::shutting_down, "bye"})));
  EXPECT_TRUE(has_retry_after(problem(429, "rate_limited", "slow down")));
  EXPECT_FALSE(has_retry_after(problem(Error{errc::invalid_transition, "no"})));
}

}  // namespace
}  // namespace jobcast::http
