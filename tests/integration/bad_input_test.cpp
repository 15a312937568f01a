#include <cstdio>
#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/server_process.hpp"

namespace jobcast {
namespace {

const Headers json_type = {{"Content-Type", "application/json"}};
const Headers raw_type = {{"Content-Type", "application/octet-stream"}};
constexpr std::string_view unknown_id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

std::string chunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

class BadInputTest : public ::testing::Test {
 protected:
  explicit BadInputTest(const std::string& config = {}) : server_(config) {}

  void expect_problem(const HttpResponse& response, int status, std::string_view code) {
    EXPECT_EQ(response.status, status) << response.body;
    ASSERT_EQ(response.code(), code);
    const auto body = response.json();
    EXPECT_EQ(body.at("status"), status);
    EXPECT_FALSE(body.at("title").get<std::string>().empty());
    EXPECT_FALSE(body.at("detail").get<std::string>().empty());
    EXPECT_EQ(body.at("error"), body.at("detail"));
  }

  void refuse(std::string_view method, const std::string& target, const Headers& headers, std::string_view body,
              int status, std::string_view code) {
    SCOPED_TRACE(std::string(method) + ' ' + target);
    HttpClient client(server_.port());
    expect_problem(client.request(method, target, headers, body), status, code);
  }

  /// No half file, no half job: at once, since the answer comes after the cleaning up.
  void expect_nothing_left() {
    EXPECT_EQ(server_.count_uploads(), 0U);
    HttpClient client(server_.port());
    EXPECT_TRUE(client.get("/api/jobs").json().at("jobs").empty());
    const auto status = client.get("/api/background-process?action=status").json();
    EXPECT_EQ(status.at("summary").at("total_jobs"), 0);
  }

  ServerProcess server_;
};

TEST_F(BadInputTest, RefusesUnknownAndMissingActions) {
  for (const auto* query : {"", "?action=", "?action=restart", "?action=STATUS", "?Action=status"}) {
    refuse("GET", std::string("/api/background-process") + query, {}, "", 400, "invalid_action");
  }
  for (const auto* body : {"{}", R"({"action":"restart"})", R"({"action":null})", R"({"action":["process"]})"}) {
    refuse("POST", "/api/background-process", json_type, body, 400, "invalid_action");
  }
}

TEST_F(BadInputTest, RefusesUnknownJobs) {
  HttpClient client(server_.port());
  const auto response = client.get("/api/background-process?action=status&filename=nothing.pdf");
  expect_problem(response, 404, "job_not_found");
  EXPECT_TRUE(response.json().at("job").is_null());
  for (const auto& id : {std::string(unknown_id), std::string("7"), std::string("..%2F..%2Fetc"), std::string("%00"),
                         std::string(5000, 'x')}) {
    refuse("GET", "/api/background-process?action=status&id=" + id, {}, "", 404, "job_not_found");
    for (const auto* what : {"", "/events", "/result", "/log"}) {
      refuse("GET", "/api/jobs/" + id + what, {}, "", 404, "job_not_found");
    }
    refuse("DELETE", "/api/jobs/" + id, {}, "", 404, "job_not_found");
    refuse("PATCH", "/api/jobs/" + id, json_type, R"({"progress":1})", 404, "job_not_found");
    for (const auto* what : {"/cancel", "/retry"}) {
      refuse("POST", "/api/jobs/" + id + what, {}, "", 404, "job_not_found");
    }
    refuse("GET", "/api/sse?id=" + id, {}, "", 404, "job_not_found");
  }
}

TEST_F(BadInputTest, RefusesWrongMethodsAndPaths) {
  struct Case {
    const char* method;
    const char* target;
    const char* allow;
  };
  const Case cases[] = {
      {"PUT", "/api/background-process?action=status", "GET, HEAD, POST, OPTIONS"},
      {"DELETE", "/api/jobs", "GET, HEAD, POST, OPTIONS"},
      {"POST", "/api/sse?filename=a", "GET, HEAD, OPTIONS"},
      {"POST", "/healthz", "GET, HEAD, OPTIONS"},
      {"GET", "/api/jobs/7/cancel", "POST, OPTIONS"},
      {"TRACE", "/api/version", "GET, HEAD, OPTIONS"},
      {"BREW", "/api/version", "GET, HEAD, OPTIONS"},
  };
  for (const auto& [method, target, allow] : cases) {
    HttpClient client(server_.port());
    const auto response = client.request(method, target);
    expect_problem(response, 405, "method_not_allowed");
    EXPECT_EQ(response.header("Allow"), allow) << method << ' ' << target;
  }
  for (const auto* target :
       {"/api", "/api/", "/api/nothing", "/api/jobs/7/nothing", "/%2e%2e/etc/passwd", "//api/jobs"}) {
    refuse("GET", target, {}, "", 404, "not_found");
  }
}

TEST_F(BadInputTest, RefusesBadJson) {
  for (const auto* body : {"", "{", "[]", "{\"filename\":\"\xff\"}", "filename=a&kind=external"}) {
    refuse("POST", "/api/jobs", json_type, body, 400, "invalid_json");
    refuse("POST", "/api/background-process", json_type, body, 400, "invalid_json");
  }
  const auto deep =
      R"({"filename":"a","kind":"external","payload":)" + std::string(70, '[') + std::string(70, ']') + '}';
  refuse("POST", "/api/jobs", json_type, deep, 413, "payload_too_large");
  for (const auto* body : {R"({"kind":"external"})", R"({"filename":"a"})", R"({"filename":"a","kind":"nonsense"})",
                           R"({"filename":"a","kind":"document"})", R"({"filename":7,"kind":"external"})",
                           R"({"filename":"a","kind":"external","max_retries":-1})",
                           R"({"filename":"a","kind":"external","priority":1.5})",
                           R"({"filename":"a","kind":"external","run_at":"soon"})"}) {
    refuse("POST", "/api/jobs", json_type, body, 400, "invalid_parameter");
  }
  expect_nothing_left();
}

TEST_F(BadInputTest, RefusesBadFilenames) {
  const std::string names[] = {"", "a/b", "../../etc/passwd", "a\\b", std::string(256, 'x'), "a\x01", "a\xc2\x85"};
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    refuse("POST", "/api/jobs", Form::headers(), Form().file("good", "first").file(name, "x").body(), 400,
           "invalid_parameter");
    const nlohmann::json job = {{"filename", name}, {"kind", "external"}};
    refuse("POST", "/api/jobs", json_type, job.dump(), 400, "invalid_parameter");
  }
  refuse("POST", "/api/jobs", Form::headers(), Form().file("a\xff", "x").body(), 400, "invalid_parameter");
  for (const auto* name : {"", "a%2Fb", "..%2Fa", "a%5Cb", "a%00", "a%0Ab"}) {
    refuse("POST", std::string("/api/jobs?filename=") + name, raw_type, "x", 400, "invalid_parameter");
    refuse("GET", std::string("/api/background-process?action=status&filename=") + name, {}, "", 400,
           "invalid_parameter");
    refuse("GET", std::string("/api/sse?filename=") + name, {}, "", 400, "invalid_parameter");
  }
  refuse("POST", "/api/jobs", raw_type, "x", 400, "invalid_parameter");
  refuse("POST", "/api/jobs?filename=a%ff", raw_type, "x", 400, "malformed_request");
  refuse("GET", "/api/sse", {}, "", 400, "invalid_parameter");
  expect_nothing_left();
}

TEST_F(BadInputTest, RefusesBadForms) {
  const auto good = Form().file("a.txt", "text").body();
  refuse("POST", "/api/jobs", {{"Content-Type", "multipart/form-data"}}, good, 400, "malformed_request");
  refuse("POST", "/api/jobs", {{"Content-Type", "multipart/form-data; boundary=other"}}, good, 400, "incomplete_body");
  refuse("POST", "/api/jobs", Form::headers(), good.substr(0, good.size() - 8), 400, "incomplete_body");
  refuse("POST", "/api/jobs", Form::headers(), good.substr(0, good.size() / 2), 400, "incomplete_body");
  refuse("POST", "/api/jobs", Form::headers(), "--frontierX\r\n", 400, "malformed_request");
  refuse("POST", "/api/jobs", Form::headers(), "--frontier\r\nX: y\r\n\r\nz\r\n--frontier--", 400, "malformed_request");
  refuse("POST", "/api/jobs", Form::headers(), Form().body(), 400, "invalid_parameter");
  refuse("POST", "/api/jobs", Form::headers(), Form().field("kind", "document").body(), 400, "invalid_parameter");
  refuse("POST", "/api/jobs", Form::headers(), Form().field("file", "no filename").body(), 400, "invalid_parameter");
  for (const auto& [name, value] : {std::pair("kind", "nonsense"), std::pair("max_retries", "101"),
                                    std::pair("priority", "x"), std::pair("run_at", "soon")}) {
    refuse("POST", "/api/jobs", Form::headers(), Form().file("a.txt", "text").field(name, value).body(), 400,
           "invalid_parameter");
    refuse("POST", std::string("/api/jobs?filename=a&") + name + '=' + value, raw_type, "x", 400, "invalid_parameter");
  }
  expect_nothing_left();
}

TEST_F(BadInputTest, RefusesBadParameters) {
  for (const auto* query : {"status=done", "limit=0", "limit=1001", "limit=x", "cursor=x"}) {
    refuse("GET", std::string("/api/jobs?") + query, {}, "", 400, "invalid_parameter");
    refuse("GET", std::string("/api/background-process?action=status&") + query, {}, "", 400, "invalid_parameter");
  }
  refuse("GET", "/api/sse/admin?limit=501", {}, "", 400, "invalid_parameter");
  refuse("GET", "/api/sse/admin?updates=all", {}, "", 400, "invalid_parameter");
  std::string many = "/api/sse?filename=0";
  for (int i = 1; i <= 100; ++i) many += "&filename=" + std::to_string(i);
  refuse("GET", many, {}, "", 400, "invalid_parameter");
}

TEST_F(BadInputTest, LeavesNothingOfABodyThatStopsHalfWay) {
  const std::string heads[] = {
      "POST /api/jobs?filename=half HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(300'000, 'x'),
      "POST /api/jobs?filename=half HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
          chunk(std::string(300'000, 'x')) + "fff\r\nhalf",
      "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=frontier\r\n"
      "Content-Length: 1000000\r\n\r\n" +
          Form().file("whole", "x").file("half", std::string(300'000, 'x')).body().substr(0, 300'000),
      "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
      "50\r\n\r\n{\"filename\":",
  };
  for (const auto& head : heads) {
    HttpClient waiting(server_.port());
    waiting.send(head);
    waiting.shutdown_send();
    expect_problem(waiting.read_response(), 400, "incomplete_body");
    EXPECT_TRUE(waiting.is_closed());
    expect_nothing_left();

    {
      HttpClient gone(server_.port());
      gone.send(head);
      const bool is_file = head.find("application/json") == std::string::npos;
      EXPECT_TRUE(eventually([&] { return !is_file || server_.count_uploads() > 0; }));
    }
    EXPECT_TRUE(eventually([&] { return server_.count_uploads() == 0; }));
    expect_nothing_left();
  }
}

TEST_F(BadInputTest, RefusesABodyThatIsNotFramedWell) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n");
  expect_problem(client.read_response(), 400, "malformed_request");
  EXPECT_TRUE(client.is_closed());
  expect_nothing_left();
}

class SlowBodyTest : public BadInputTest {
 protected:
  SlowBodyTest() : BadInputTest("[limits]\nheader_timeout_seconds = 0.2\nmin_body_bytes_per_second = 1000000\n") {}
};

TEST_F(SlowBodyTest, RefusesABodyThatComesTooSlowly) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf");
  expect_problem(client.read_response(), 408, "request_timeout");
  EXPECT_TRUE(client.is_closed());
  expect_nothing_left();
}

class TooLargeTest : public BadInputTest {
 protected:
  TooLargeTest() : BadInputTest("[limits]\nmax_upload_bytes = 1000\nmax_json_bytes = 1024\n") {}
};

TEST_F(TooLargeTest, RefusesARawBodyByItsLengthAlone) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
  expect_problem(client.read_response(), 413, "payload_too_large");
  expect_nothing_left();
}

TEST_F(TooLargeTest, LetsTheClientReadTheRefusalWhileItSends) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(4'000'000, 'x')));
  expect_problem(client.read_response(), 413, "payload_too_large");
  client.shutdown_send();
  EXPECT_TRUE(client.is_closed());
  expect_nothing_left();
}

TEST_F(TooLargeTest, RefusesAChunkedBody) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send(chunk(std::string(600, 'x')) + chunk(std::string(401, 'x')));
  expect_problem(client.read_response(), 413, "payload_too_large");
  expect_nothing_left();
}

TEST_F(TooLargeTest, RefusesOneLargeFileOfAForm) {
  const std::string most(1000, 'x');
  refuse("POST", "/api/jobs", Form::headers(), Form().file("fits", most).file("not", most + 'x').body(), 413,
         "payload_too_large");
  expect_nothing_left();
}

TEST_F(TooLargeTest, TakesFilesUpToTheLimit) {
  const std::string most(1000, 'x');
  HttpClient client(server_.port());
  EXPECT_EQ(client.request("POST", "/api/jobs?filename=raw", raw_type, most).status, 202);
  const auto form = Form().file("a", most).file("b", most).body();
  EXPECT_EQ(client.request("POST", "/api/jobs", Form::headers(), form).status, 202);
  client.send("POST /api/jobs?filename=chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
              chunk(most) + "0\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 202);
}

TEST_F(TooLargeTest, RefusesLargeJson) {
  const nlohmann::json job = {{"filename", "a"}, {"kind", "external"}, {"payload", std::string(1024, 'x')}};
  refuse("POST", "/api/jobs", json_type, job.dump(), 413, "payload_too_large");
  expect_nothing_left();
}

TEST_F(TooLargeTest, AsksForABodyThatItWants) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read_response().status, 202);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(TooLargeTest, RefusesABodyFromItsHeadAlone) {
  struct Case {
    const char* target;
    const char* length;
    int status;
    const char* code;
  };
  const Case cases[] = {
      {"/api/jobs?filename=a", "1001", 413, "payload_too_large"},
      {"/api/jobs?filename=a%2Fb", "5", 400, "invalid_parameter"},
      {"/api/nothing", "5", 404, "not_found"},
      {"/api/version", "5", 405, "method_not_allowed"},
  };
  for (const auto& [target, length, status, code] : cases) {
    SCOPED_TRACE(target);
    HttpClient client(server_.port());
    client.send(std::string("POST ") + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length +
                "\r\nExpect: 100-continue\r\n\r\n");
    expect_problem(client.read_response(), status, code);
    EXPECT_TRUE(client.is_closed());
  }
  expect_nothing_left();
}

}  // namespace
}  // namespace jobcast
