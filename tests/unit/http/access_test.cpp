#include "http/access.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace jobcast::http {
namespace {

using boost::beast::http::verb;

/// A request as a browser on this machine sends it.
struct Asked {
  explicit Asked(verb method = verb::post, const std::string& host = "localhost:8080") {
    request.method = method;
    request.peer = boost::asio::ip::make_address("127.0.0.1");
    fields.set("Host", host);
    request.fields = &fields;
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  Asked& from(const char* peer) {
    request.peer = boost::asio::ip::make_address(peer);
    return *this;
  }
  Asked& with(const char* name, const char* value) {
    fields.set(name, value);
    return *this;
  }

  /// The status of the refusal; 0 where there is none.
  [[nodiscard]] unsigned refused(Access access, const CorsConfig& cors = {}, const AuthConfig& auth = {}) const {
    const auto refusal = refusal_of(access, cors, auth);
    return refusal ? refusal->status : 0;
  }

  [[nodiscard]] std::optional<Response> refusal_of(Access access, const CorsConfig& cors,
                                                   const AuthConfig& auth) const {
    const ManualClock clock;
    return refuse_access(request, access, cors, Authority(auth, clock));
  }

  Fields fields;
  Request request;
};

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(AccessTest, KnowsTheNamesOfThisMachine) {
  for (const auto* host : {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3", "[::1]",
                           "[::1]:8080", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const auto* host : {"", "example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1:8080",
                           "[::2]", "[::1", "0.0.0.0", "[]", ":80"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

TEST(AccessTest, AnswersAdministratorsOnThisMachine) {
  EXPECT_EQ(Asked().refused(Access::admin), 0U);
  EXPECT_EQ(Asked().from("::1").refused(Access::admin), 0U);
  EXPECT_EQ(Asked().from("::ffff:127.0.0.1").refused(Access::admin), 0U);
  EXPECT_EQ(Asked().with("Origin", "http://localhost:8080").refused(Access::admin), 0U);
}

TEST(AccessTest, RefusesAdministratorsElsewhere) {
  EXPECT_EQ(Asked().from("10.0.0.1").refused(Access::admin), 401U);
  EXPECT_EQ(Asked().from("::ffff:10.0.0.1").refused(Access::admin), 401U);
  EXPECT_EQ(Asked(verb::get, "jobs.example.com").refused(Access::admin), 401U);
  EXPECT_EQ(Asked(verb::get, "").refused(Access::admin), 401U);
  for (const auto* name : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
    EXPECT_EQ(Asked(verb::get).with(name, "127.0.0.1").refused(Access::admin), 401U) << name;
  }
  for (const auto* origin : {"http://evil.example", "null", "http://localhost:9090", "localhost:8080"}) {
    EXPECT_EQ(Asked(verb::get).with("Origin", origin).refused(Access::admin), 401U) << origin;
  }
  Asked far;
  far.from("10.0.0.1");
  const auto refusal = far.refusal_of(Access::admin, {}, {});
  EXPECT_EQ(header_of(*refusal, "WWW-Authenticate"), "Bearer");
  EXPECT_NE(refusal->body.find("auth.admin_token"), std::string::npos) << refusal->body;
}

TEST(AccessTest, AsksForTokensWhereTheyAreSet) {
  const AuthConfig auth{"the-admin-token!", "the-publish-token"};
  for (const auto access : {Access::admin, Access::publish}) {
    EXPECT_EQ(Asked().refused(access, {}, auth), 401U);
    EXPECT_EQ(Asked().with("Authorization", "Bearer wrong").refused(access, {}, auth), 401U);
    EXPECT_EQ(Asked().with("Cookie", "jobcast_session=x").refused(access, {}, auth), 401U);
    EXPECT_EQ(Asked().from("10.0.0.1").with("Authorization", "Bearer the-admin-token!").refused(access, {}, auth), 0U);
  }
  EXPECT_EQ(Asked().with("Authorization", "Bearer the-publish-token").refused(Access::admin, {}, auth), 403U);
  EXPECT_EQ(Asked().with("Authorization", "Bearer the-publish-token").refused(Access::publish, {}, auth), 0U);
  EXPECT_EQ(Asked().with("Authorization", "Bearer wrong").refused(Access::open, {}, auth), 0U);
  EXPECT_EQ(header_of(*Asked().refusal_of(Access::publish, {}, auth), "WWW-Authenticate"), "Bearer");
}

TEST(AccessTest, TakesSessionsFromOwnPagesAlone) {
  const AuthConfig auth{"the-admin-token!", ""};
  const ManualClock clock;
  const auto cookie = "jobcast_session=" + Authority(auth, clock).open_session(Role::admin).cookie;
  const CorsConfig cors{{"https://app.example"}};
  EXPECT_EQ(Asked(verb::get).with("Cookie", cookie.c_str()).refused(Access::admin, cors, auth), 0U);
  EXPECT_EQ(Asked().with("Cookie", cookie.c_str()).refused(Access::admin, cors, auth), 403U);
  for (const auto* origin : {"https://app.example", "https://evil.example", "null"}) {
    Asked asked;
    asked.with("Cookie", cookie.c_str()).with("Origin", origin);
    EXPECT_EQ(asked.refused(Access::admin, cors, auth), 403U) << origin;
  }
  Asked own;
  own.with("Cookie", cookie.c_str()).with("Origin", "http://localhost:8080");
  EXPECT_EQ(own.refused(Access::admin, cors, auth), 0U);
}

TEST(AccessTest, LetsEverybodyReadAndPublish) {
  for (const auto access : {Access::open, Access::publish}) {
    EXPECT_EQ(Asked().from("10.0.0.1").refused(access), 0U);
    EXPECT_EQ(Asked(verb::get).with("Origin", "http://evil.example").refused(access, {{}}), 0U);
  }
}

TEST(AccessTest, LetsOnlyOwnAndListedPagesChangeThings) {
  const CorsConfig cors{{"https://app.example"}};
  EXPECT_EQ(Asked().with("Origin", "http://localhost:8080").refused(Access::publish, cors), 0U);
  EXPECT_EQ(Asked().with("Origin", "https://app.example").refused(Access::publish, cors), 0U);
  for (const auto* origin : {"https://evil.example", "http://app.example", "null", "https://app.example:444"}) {
    EXPECT_EQ(Asked().with("Origin", origin).refused(Access::publish, cors), 403U) << origin;
    EXPECT_EQ(Asked().with("Origin", origin).refused(Access::publish, {{"*"}}), 403U) << origin;
  }
  EXPECT_EQ(Asked().with("Origin", "*").refused(Access::publish, {{"*"}}), 403U);
}

TEST(AccessTest, TellsOtherOriginsWhatTheyMayRead) {
  const auto allowed = [](const CorsConfig& cors, const char* origin) {
    Asked asked(verb::get);
    if (origin != nullptr) asked.with("Origin", origin);
    Response response;
    add_cors_headers(response, asked.request, cors);
    EXPECT_EQ(header_of(response, "Vary"), "Origin, Accept");
    return header_of(response, "Access-Control-Allow-Origin") + ' ' +
           header_of(response, "Access-Control-Allow-Credentials");
  };
  EXPECT_EQ(allowed({{"*"}}, nullptr), "* ");
  EXPECT_EQ(allowed({{"*"}}, "https://any.example"), "* ");
  EXPECT_EQ(allowed({{"*", "https://app.example"}}, "https://app.example"), "https://app.example true");
  EXPECT_EQ(allowed({{"https://app.example"}}, "https://app.example"), "https://app.example true");
  EXPECT_EQ(allowed({{"https://app.example"}}, "https://any.example"), " ");
  EXPECT_EQ(allowed({{}}, "https://any.example"), " ");
}

TEST(AccessTest, AnswersPreflights) {
  Asked asked(verb::options);
  asked.with("Origin", "https://any.example");
  RouteMatch match;
  match.allow = "GET, OPTIONS";
  const auto closed = options_response(asked.request, match, {});
  EXPECT_EQ(closed.status, 204U);
  EXPECT_EQ(header_of(closed, "Allow"), "GET, OPTIONS");
  EXPECT_EQ(header_of(closed, "Access-Control-Allow-Origin"), "");
  match.shared = true;
  const auto open = options_response(asked.request, match, {});
  EXPECT_EQ(header_of(open, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header_of(open, "Access-Control-Allow-Methods"), "GET, OPTIONS");
  EXPECT_NE(header_of(open, "Access-Control-Allow-Headers").find("Last-Event-ID"), std::string::npos);
}

}  // namespace
}  // namespace jobcast::http
