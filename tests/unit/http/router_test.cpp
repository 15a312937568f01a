#include "http/router.hpp"

#include <gtest/gtest.h>

namespace jobcast::http {
namespace {

using boost::beast::http::verb;

const Route table[] = {
    {verb::get, "/", Access::open},
    {verb::get, "/jobs", Access::open},
    {verb::post, "/jobs", Access::publish},
    {verb::get, "/jobs/{id}", Access::open},
    {verb::delete_, "/jobs/{id}", Access::admin},
    {verb::post, "/jobs/retry-failed", Access::admin},
    {verb::post, "/jobs/{id}/retry", Access::admin},
};

/// The request must outlive what match_route() gives.
struct Matched {
  Matched(verb method, std::string_view target) {
    request.method = method;
    request.target = *Target::parse(target);
    match = match_route(table, request);
  }

  [[nodiscard]] std::string_view pattern() const { return match.route == nullptr ? "" : match.route->pattern; }

  Request request;
  RouteMatch match;
};

TEST(RouterTest, FindsTheRoute) {
  struct Case {
    verb method;
    const char* target;
    const char* pattern;
    const char* id;
  };
  const Case cases[] = {
      {verb::get, "/", "/", ""},
      {verb::get, "/jobs?x=y", "/jobs", ""},
      {verb::head, "/jobs", "/jobs", ""},
      {verb::post, "/jobs", "/jobs", ""},
      {verb::get, "/jobs/7", "/jobs/{id}", "7"},
      {verb::get, "/jobs/a%2Fb", "/jobs/{id}", "a/b"},
      {verb::post, "/jobs/7/retry", "/jobs/{id}/retry", "7"},
      {verb::post, "/jobs/retry-failed", "/jobs/retry-failed", ""},
      {verb::post, "/jobs/retry-failed/retry", "/jobs/{id}/retry", "retry-failed"},
  };
  for (const auto& [method, target, pattern, id] : cases) {
    const Matched matched(method, target);
    EXPECT_EQ(matched.pattern(), pattern) << target;
    EXPECT_EQ(matched.match.id, id) << target;
  }
}

TEST(RouterTest, KnowsNoOtherPaths) {
  for (const auto* target : {"/job", "/jobs/7/retry/x", "/jobs/7/", "//", "/Jobs", "/jobs%2F7", "/x"}) {
    const Matched matched(verb::get, target);
    EXPECT_FALSE(matched.match.path_known) << target;
    EXPECT_EQ(matched.match.route, nullptr) << target;
  }
}

TEST(RouterTest, SaysWhatIsAllowedWhereAnotherMethodIsNot) {
  struct Case {
    const char* target;
    const char* allow;
  };
  const Case cases[] = {
      {"/jobs", "GET, HEAD, POST, OPTIONS"},
      {"/jobs/7", "GET, HEAD, DELETE, OPTIONS"},
      {"/jobs/7/retry", "POST, OPTIONS"},
      {"/jobs/retry-failed", "POST, OPTIONS"},
  };
  for (const auto& [target, allow] : cases) {
    const Matched matched(verb::put, target);
    EXPECT_TRUE(matched.match.path_known) << target;
    EXPECT_EQ(matched.match.route, nullptr) << target;
    EXPECT_EQ(matched.match.allow, allow) << target;
  }
}

TEST(RouterTest, SharesPathsThatAreNotForAdministratorsAlone) {
  EXPECT_TRUE(Matched(verb::options, "/jobs").match.shared);
  EXPECT_TRUE(Matched(verb::options, "/jobs/7").match.shared);
  EXPECT_FALSE(Matched(verb::options, "/jobs/retry-failed").match.shared);
}

TEST(RouterTest, GuardsWhatTheContractSays) {
  struct Case {
    verb method;
    const char* target;
    Access access;
  };
  const Case cases[] = {
      {verb::get, "/api/background-process", Access::open},
      {verb::post, "/api/background-process", Access::admin},
      {verb::get, "/api/sse", Access::open},
      {verb::get, "/api/sse/admin", Access::admin},
      {verb::get, "/api/jobs", Access::open},
      {verb::post, "/api/jobs", Access::publish},
      {verb::patch, "/api/jobs/7", Access::publish},
      {verb::delete_, "/api/jobs/7", Access::admin},
      {verb::post, "/api/jobs/7/cancel", Access::admin},
      {verb::post, "/api/jobs/7/retry", Access::admin},
      {verb::post, "/api/jobs/retry-failed", Access::admin},
      {verb::post, "/api/jobs/claim", Access::publish},
      {verb::post, "/api/jobs/bulk", Access::admin},
      {verb::post, "/api/handlers/document/pause", Access::admin},
      {verb::post, "/api/handlers/document/resume", Access::admin},
      {verb::get, "/metrics", Access::admin},
      {verb::get, "/api/session", Access::session},
      {verb::post, "/api/session", Access::session},
      {verb::delete_, "/api/session", Access::session},
      {verb::get, "/", Access::page},
  };
  for (const auto& [method, target, access] : cases) {
    Request request;
    request.method = method;
    request.target = *Target::parse(target);
    const auto match = match_route(http::routes(), request);
    ASSERT_NE(match.route, nullptr) << target;
    EXPECT_EQ(match.route->access, access) << target;
  }
}

TEST(RouterTest, HasNoRouteTwice) {
  const auto routes = http::routes();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    EXPECT_TRUE(routes[i].pattern.starts_with('/')) << routes[i].pattern;
    for (std::size_t j = i + 1; j < routes.size(); ++j) {
      EXPECT_FALSE(routes[i].method == routes[j].method && routes[i].pattern == routes[j].pattern) << routes[i].pattern;
    }
  }
}

}  // namespace
}  // namespace jobcast::http
