#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

const std::string admin_token = "open-sesame-for-admins";
const std::string publish_token = "open-sesame-for-makers";
const Headers as_admin = {{"Authorization", "Bearer " + admin_token}};
const Headers as_publisher = {{"Authorization", "bearer " + publish_token}};
const Headers with_a_wrong_token = {{"Authorization", "Bearer open-sesame"}};

Headers operator+(Headers left, const Headers& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

const Headers json_type = {{"Content-Type", "application/json"}};

class AccessTest : public ::testing::Test {
 protected:
  explicit AccessTest(const std::string& config = "[auth]\nadmin_token = \"" + admin_token + "\"\npublish_token = \"" +
                                                  publish_token +
                                                  "\"\n[cors]\nallowed_origins = [\"*\", \"https://app.example\"]\n")
      : server_(config), client_(server_.port()) {}

  HttpResponse post(std::string_view target, const Headers& headers, std::string_view body = {}) {
    return client_.request("POST", target, headers + json_type, body);
  }

  HttpResponse make(const Headers& headers) {
    return post("/api/jobs", headers, R"({"filename":"a","kind":"external"})");
  }

  HttpResponse log_in(const std::string& token) { return post("/api/session", {}, R"({"token":")" + token + "\"}"); }

  /// A session's cookie, as a browser sends it back.
  Headers cookie(const std::string& token) {
    const auto set = log_in(token).header("Set-Cookie");
    return {{"Cookie", set.substr(0, set.find(';'))}};
  }

  /// The client's Host is 127.0.0.1.
  static Headers own_page() { return {{"Origin", "http://127.0.0.1"}}; }

  ServerProcess server_;
  HttpClient client_;
};

void expect_unauthorized(const HttpResponse& response) {
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.code(), "unauthorized");
  EXPECT_EQ(response.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
}

void expect_forbidden(const HttpResponse& response, const char* code) {
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.code(), code);
}

TEST_F(AccessTest, GuardsSteering) {
  const auto id = make(as_publisher).json().at("job").at("id").get<std::string>();
  const std::pair<const char*, std::string> doors[] = {
      {"GET", "/api/sse/admin"},
      {"GET", "/metrics"},
      {"POST", "/api/jobs/retry-failed"},
      {"POST", "/api/background-process"},
      {"POST", "/api/jobs/" + id + "/retry"},
      {"POST", "/api/jobs/" + id + "/cancel"},
      {"DELETE", "/api/jobs/" + id},
      {"DELETE", "/api/jobs/unknown"},
  };
  for (const auto& [method, target] : doors) {
    SCOPED_TRACE(target);
    for (const auto& headers : {Headers(), with_a_wrong_token, Headers{{"Cookie", "jobcast_session=admin.1.x"}}}) {
      expect_unauthorized(client_.request(method, target, headers));
    }
    expect_forbidden(client_.request(method, target, as_publisher), "forbidden");
    EXPECT_FALSE(
        client_.request(method, target, {{"Origin", "https://app.example"}}).has("Access-Control-Allow-Origin"));
  }
  EXPECT_EQ(client_.request("POST", "/api/jobs/" + id + "/cancel", as_admin).status, 202);
  EXPECT_EQ(client_.request("DELETE", "/api/jobs/" + id, as_admin).status, 204);
  const auto metrics = client_.get("/metrics", as_admin + Headers{{"Origin", "https://app.example"}});
  EXPECT_EQ(metrics.status, 200);
  EXPECT_FALSE(metrics.has("Access-Control-Allow-Origin"));
}

TEST_F(AccessTest, GuardsMaking) {
  expect_unauthorized(make({}));
  expect_unauthorized(make(with_a_wrong_token));
  EXPECT_EQ(make(as_admin).status, 202);
  const auto made = make(as_publisher);
  EXPECT_EQ(made.status, 202);
  const auto target = "/api/jobs/" + made.json().at("job").at("id").get<std::string>();
  const auto* started = R"({"status":"processing"})";
  expect_unauthorized(client_.request("PATCH", target, json_type, started));
  EXPECT_EQ(client_.request("PATCH", target, as_publisher + json_type, started).status, 200);
  expect_unauthorized(client_.request("POST", "/api/jobs", Form::headers(), Form().file("a.txt", "text").body()));
  EXPECT_EQ(server_.count_uploads(), 0U);
}

TEST_F(AccessTest, LeavesTheStatusOpen) {
  make(as_publisher);
  for (const auto* target : {"/api/background-process?action=status", "/api/jobs", "/api/version", "/healthz", "/"}) {
    EXPECT_EQ(client_.get(target).status, 200) << target;
    EXPECT_EQ(client_.get(target, with_a_wrong_token).status, 200) << target;
  }
  EXPECT_EQ(SseClient(server_.port(), "/api/sse?filename=a").response().status, 200);
}

TEST_F(AccessTest, LogsIn) {
  const auto admin = log_in(admin_token);
  EXPECT_EQ(admin.status, 200);
  EXPECT_EQ(admin.json().at("role"), "admin");
  EXPECT_TRUE(admin.json().at("expires_at").get<std::string>().ends_with("Z"));
  EXPECT_EQ(admin.header("Cache-Control"), "no-store");
  const auto set = admin.header("Set-Cookie");
  EXPECT_TRUE(set.starts_with("jobcast_session=admin.")) << set;
  EXPECT_TRUE(set.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")) << set;
  EXPECT_EQ(log_in(publish_token).json().at("role"), "publish");

  const auto wrong = log_in("open-sesame");
  expect_unauthorized(wrong);
  EXPECT_FALSE(wrong.has("Set-Cookie"));
  for (const auto* body : {"{}", R"({"token":null})", R"({"token":7})", R"({"token":""})"}) {
    const auto refused = post("/api/session", {}, body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_EQ(refused.code(), "invalid_parameter") << body;
  }
  EXPECT_EQ(post("/api/session", {}, "token").code(), "invalid_json");
  EXPECT_EQ(post("/api/session", {}, R"({"token":")" + std::string(10'000, 'x') + "\"}").status, 413);
  EXPECT_THAT(server_.log(), Not(HasSubstr("sesame")));
}

TEST_F(AccessTest, SaysWhoAsks) {
  const auto role = [&](const Headers& headers) { return client_.get("/api/session", headers).json().at("role"); };
  EXPECT_EQ(role({}), nullptr);
  EXPECT_EQ(role(with_a_wrong_token), nullptr);
  EXPECT_EQ(role(as_publisher), "publish");
  EXPECT_EQ(role(cookie(publish_token)), "publish");
  EXPECT_EQ(role(cookie(admin_token)), "admin");
  const auto answer = client_.get("/api/session", {{"Origin", "https://app.example"}});
  EXPECT_EQ(answer.json().at("admin_token_set"), true);
  EXPECT_EQ(answer.json().at("publish_token_set"), true);
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_FALSE(answer.has("Access-Control-Allow-Origin"));
  const auto preflight = client_.request("OPTIONS", "/api/session", {{"Origin", "https://app.example"}});
  EXPECT_FALSE(preflight.has("Access-Control-Allow-Origin"));
}

TEST_F(AccessTest, TakesSessionsOverARestart) {
  const auto session = cookie(admin_token);
  EXPECT_EQ(client_.get("/metrics", session).status, 200);
  server_.kill();
  server_.start_again();
  EXPECT_EQ(HttpClient(server_.port()).get("/metrics", session).status, 200);
  server_.kill();
  std::ofstream(server_.config_file()) << "[auth]\nadmin_token = \"another-admin-token\"\n";
  server_.start_again();
  expect_unauthorized(HttpClient(server_.port()).get("/metrics", session));
}

TEST_F(AccessTest, TakesChangesByASessionFromOwnPagesAlone) {
  const auto admin = cookie(admin_token);
  const auto* target = "/api/jobs/retry-failed";
  EXPECT_EQ(post(target, admin + own_page()).status, 202);
  EXPECT_EQ(make(cookie(publish_token) + own_page()).status, 202);
  EXPECT_EQ(make(admin + own_page()).status, 202);
  expect_forbidden(post(target, cookie(publish_token) + own_page()), "forbidden");
  expect_forbidden(post(target, admin), "origin_not_allowed");
  expect_forbidden(make(admin), "origin_not_allowed");
  for (const auto* origin : {"https://app.example", "https://evil.example", "null", "http://127.0.0.1:1"}) {
    SCOPED_TRACE(origin);
    const Headers page = {{"Origin", origin}};
    expect_forbidden(post(target, admin + page), "origin_not_allowed");
    expect_forbidden(make(admin + page), "origin_not_allowed");
    expect_forbidden(post("/api/session", page, R"({"token":"x"})"), "origin_not_allowed");
    expect_forbidden(client_.request("DELETE", "/api/session", admin + page), "origin_not_allowed");
  }
  // A token is not sent by a browser of its own accord.
  EXPECT_EQ(make(as_publisher + Headers{{"Origin", "https://app.example"}}).status, 202);
  expect_forbidden(make(as_publisher + Headers{{"Origin", "https://evil.example"}}), "origin_not_allowed");
}

TEST_F(AccessTest, LogsOut) {
  const auto session = cookie(admin_token);
  for (const auto& headers : {Headers(), session, session + own_page()}) {
    const auto response = client_.request("DELETE", "/api/session", headers);
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.header("Set-Cookie"), "jobcast_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
  }
  expect_unauthorized(client_.get("/metrics", {{"Cookie", "jobcast_session="}}));
}

TEST_F(AccessTest, StreamsToAdministratorsAlone) {
  const Headers stream = {{"Accept", "text/event-stream"}};
  expect_unauthorized(client_.get("/api/sse/admin", stream));
  expect_forbidden(client_.get("/api/sse/admin", stream + cookie(publish_token)), "forbidden");
  SseClient::Options options;
  options.headers = cookie(admin_token);
  SseClient admin(server_.port(), "/api/sse/admin", options);
  EXPECT_EQ(admin.response().status, 200);
  EXPECT_FALSE(admin.response().has("Access-Control-Allow-Origin"));
  EXPECT_EQ(admin.next("status_update").type(), "status_update");
}

class AdminTokenOnlyTest : public AccessTest {
 protected:
  AdminTokenOnlyTest() : AccessTest("[auth]\nadmin_token = \"" + admin_token + "\"\n") {}
};

TEST_F(AdminTokenOnlyTest, LeavesMakingOpen) {
  EXPECT_EQ(make({}).status, 202);
  EXPECT_EQ(make(with_a_wrong_token).status, 202);
  expect_unauthorized(client_.get("/metrics"));
  EXPECT_EQ(client_.get("/metrics", as_admin).status, 200);
}

class PublishTokenOnlyTest : public AccessTest {
 protected:
  PublishTokenOnlyTest() : AccessTest("[auth]\npublish_token = \"" + publish_token + "\"\n") {}
};

TEST_F(PublishTokenOnlyTest, LeavesSteeringToThisMachine) {
  expect_unauthorized(make({}));
  EXPECT_EQ(make(as_publisher).status, 202);
  EXPECT_EQ(client_.get("/metrics").status, 200);
  const auto forwarded = client_.get("/metrics", as_publisher + Headers{{"X-Forwarded-For", "192.0.2.1"}});
  expect_unauthorized(forwarded);
  EXPECT_THAT(forwarded.body, HasSubstr("auth.admin_token"));
  EXPECT_EQ(client_.get("/api/session").json().at("role"), "admin");
}

class NoTokenTest : public AccessTest {
 protected:
  NoTokenTest() : AccessTest("") {}
};

TEST_F(NoTokenTest, OpensNoSessions) {
  const auto refused = log_in(admin_token);
  expect_unauthorized(refused);
  EXPECT_THAT(refused.body, HasSubstr("neither auth.admin_token nor auth.publish_token is set"));
  const auto here = client_.get("/api/session").json();
  EXPECT_EQ(here.at("role"), "admin");
  EXPECT_EQ(here.at("admin_token_set"), false);
  EXPECT_EQ(client_.get("/api/session", {{"Via", "1.1 proxy"}}).json().at("role"), nullptr);
}

/// Reachable from elsewhere with no admin token set.
class MadeTokenTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path file() const { return server_.data_dir() / "admin-token"; }

  [[nodiscard]] std::string token() const {
    std::string text;
    std::ifstream(file()) >> text;
    return text;
  }

  [[nodiscard]] int metrics_status(const Headers& headers) const {
    return HttpClient(server_.port()).get("/metrics", headers).status;
  }

  ServerProcess server_{"", "0.0.0.0"};
};

TEST_F(MadeTokenTest, IsKeptInTheDataDirectory) {
  const auto made = token();
  EXPECT_EQ(made.size(), 64U);
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(metrics_status({}), 401);
  EXPECT_EQ(metrics_status({{"Authorization", "Bearer " + made}}), 200);
  server_.kill();
  server_.start_again();
  EXPECT_EQ(token(), made);
  EXPECT_EQ(metrics_status({{"Authorization", "Bearer " + made}}), 200);
  EXPECT_THAT(server_.log(), HasSubstr("the admin token is in " + file().string()));
  EXPECT_THAT(server_.log(), Not(HasSubstr(made)));
}

TEST_F(MadeTokenTest, IsRefusedWhereOthersMayReadItOrItIsNone) {
  server_.kill();
  const auto run = [&] { return run_jobcastd({"--data-dir", server_.data_dir(), "--listen", "0.0.0.0:0"}); };
  fs::permissions(file(), fs::perms::others_read, fs::perm_options::add);
  const auto open = run();
  EXPECT_EQ(open.code, 1);
  EXPECT_EQ(open.out, "");
  EXPECT_THAT(open.err, HasSubstr(file().string() + " is open to others"));
  fs::permissions(file(), fs::perms::others_read, fs::perm_options::remove);
  std::ofstream(file()) << "short\n";
  const auto bad = run();
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, HasSubstr(file().string() + " holds no token"));
  fs::remove(file());
  server_.start_again();
  EXPECT_EQ(token().size(), 64U);
}

}  // namespace
}  // namespace jobcast
