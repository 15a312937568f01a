#include <gtest/gtest.h>

#include "support/http_client.hpp"
#include "support/server_process.hpp"

namespace jobcast {
namespace {

class HttpTest : public ::testing::Test {
 protected:
  explicit HttpTest(const std::string& config = {}) : server_(config), client_(server_.port()) {}

  ServerProcess server_;
  HttpClient client_;
};

TEST_F(HttpTest, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 10; ++i) {
    const auto path = i % 2 == 0 ? "/nothing/" + std::to_string(i) : "/api/jobs/" + std::to_string(i);
    requests += "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    requests += "POST /api/background-process HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n";
    requests += R"({"action":"process"})";
  }
  client_.send(requests);
  for (int i = 0; i < 10; ++i) {
    const auto answer = client_.read_response();
    EXPECT_EQ(answer.code(), i % 2 == 0 ? "not_found" : "job_not_found");
    const auto detail = answer.json().at("detail").get<std::string>();
    EXPECT_TRUE(i % 2 == 1 || detail.ends_with(std::to_string(i))) << detail;
    const auto started = client_.read_response();
    EXPECT_EQ(started.status, 200);
    EXPECT_EQ(started.json().at("started"), 0);
  }
}

TEST_F(HttpTest, ReadsRequestsInWhateverPieces) {
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t at = 1; at < request.size(); ++at) {
    client_.send(request.substr(0, at));
    client_.send(request.substr(at));
    EXPECT_EQ(client_.read_response().status, 200) << at;
  }
}

TEST_F(HttpTest, IgnoresBlankLinesBetweenRequests) {
  const std::string request =
      "POST /api/background-process HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n"
      R"({"action":"process"})";
  client_.send("\r\n" + request + "\r\n" + request + "\r\n\r\n");
  client_.send(request);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client_.read_response().status, 200) << i;
}

TEST_F(HttpTest, KeepsConnectionsAlive) {
  for (int i = 0; i < 20; ++i) {
    const auto response = client_.get("/api/version");
    EXPECT_EQ(response.status, 200);
    EXPECT_FALSE(response.has("Connection"));
  }
  for (const auto* target : {"/nothing", "/api/jobs?limit=x", "/api/jobs/7"}) {
    EXPECT_FALSE(client_.get(target).has("Connection")) << target;
  }
  EXPECT_EQ(client_.request("POST", "/api/version", {}, "a short body is read away").status, 405);
  EXPECT_EQ(client_.get("/healthz", {{"Connection", "close"}}).header("Connection"), "close");
  EXPECT_TRUE(client_.is_closed());
}

TEST_F(HttpTest, SpeaksTheOlderHttp) {
  client_.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto kept = client_.read_response();
  EXPECT_TRUE(kept.http_1_0);
  EXPECT_EQ(kept.header("Connection"), "keep-alive");
  client_.send("GET /healthz HTTP/1.0\r\n\r\n");
  const auto last = client_.read_response();
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.header("Connection"), "close");
  EXPECT_TRUE(client_.is_closed());
}

TEST_F(HttpTest, SavesUnchangedAnswers) {
  upload(server_.port(), "a.txt", "some text");
  make_external_job(server_.port(), "b");
  for (const auto* target : {"/api/background-process?action=status&filename=b", "/api/version", "/"}) {
    SCOPED_TRACE(target);
    const auto first = client_.get(target);
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.header("Cache-Control"), "no-cache");
    const auto tag = first.header("ETag");
    EXPECT_TRUE(tag.starts_with('"') && tag.ends_with('"')) << tag;

    const auto unchanged = client_.get(target, {{"If-None-Match", "\"x\", W/" + tag}});
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.header("ETag"), tag);
    EXPECT_FALSE(unchanged.has("Content-Length"));
    EXPECT_FALSE(unchanged.has("Content-Type"));
    EXPECT_EQ(client_.get(target, {{"If-None-Match", "\"x\""}}).body, first.body);
  }
  const std::string status = "/api/background-process?action=status&filename=b";
  const auto before = client_.get(status);
  patch_job(server_.port(), before.json().at("job").at("id"), {{"status", "processing"}});
  EXPECT_EQ(client_.get(status, {{"If-None-Match", before.header("ETag")}}).status, 200);
}

TEST_F(HttpTest, AnswersHeadAsGetWithoutTheBody) {
  make_external_job(server_.port(), "b");
  for (const auto* target : {"/api/background-process?action=status&filename=b", "/api/version", "/", "/api/nothing",
                             "/api/jobs?limit=x", "/healthz"}) {
    SCOPED_TRACE(target);
    const auto get = client_.get(target);
    const auto head = client_.request("HEAD", target);
    EXPECT_EQ(head.status, get.status);
    for (const auto* name : {"Content-Length", "Content-Type", "ETag", "Cache-Control"}) {
      EXPECT_EQ(head.header(name), get.header(name)) << name;
    }
  }
  EXPECT_EQ(client_.request("HEAD", "/api/jobs", {{"If-None-Match", "*"}}).status, 304);
  const auto stream = client_.request("HEAD", "/api/sse?filename=b");
  EXPECT_EQ(stream.status, 200);
  EXPECT_EQ(stream.header("Content-Type"), "text/event-stream");
  EXPECT_TRUE(client_.is_closed());
}

TEST_F(HttpTest, RefusesWhatIsNotHttpAsItShouldBe) {
  const std::string heads[] = {
      "nonsense\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n",
      "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST /api/jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "POST /api/jobs HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
  };
  for (const auto& head : heads) {
    SCOPED_TRACE(head);
    HttpClient client(server_.port());
    client.send(head);
    const auto response = client.read_response();
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.code(), "malformed_request");
    EXPECT_EQ(response.header("Connection"), "close");
    client.shutdown_send();
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(HttpTest, RefusesLargeHeads) {
  const auto start = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ";
  client_.send(start + std::string(15'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(client_.read_response().status, 200);
  client_.send(start + std::string(100'000, 'x'));
  EXPECT_EQ(client_.read_response().code(), "header_too_large");
  client_.shutdown_send();
  EXPECT_TRUE(client_.is_closed());
}

class ImpatientTest : public HttpTest {
 protected:
  ImpatientTest() : HttpTest("[limits]\nheader_timeout_seconds = 0.2\nidle_timeout_seconds = 0.4\n") {}
};

TEST_F(ImpatientTest, GivesUpOnAHeadThatDoesNotCome) {
  client_.send("GET /healthz HTTP/1.1\r\nHost:");
  const auto response = client_.read_response();
  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(response.code(), "request_timeout");
  EXPECT_TRUE(client_.is_closed());
}

TEST_F(ImpatientTest, EndsIdleConnectionsWithoutAWord) {
  EXPECT_TRUE(client_.is_closed());
  HttpClient used(server_.port());
  EXPECT_EQ(used.get("/healthz").status, 200);
  EXPECT_TRUE(used.is_closed());
}

/// The first part of a head that comes behind another request has the head's time, too, not that of idle connections.
class ImpatientBehindTest : public HttpTest {
 protected:
  ImpatientBehindTest() : HttpTest("[limits]\nheader_timeout_seconds = 0.3\nidle_timeout_seconds = 600\n") {}
};

TEST_F(ImpatientBehindTest, GivesUpOnASecondHeadThatDoesNotCome) {
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  client_.send(request + "GET /healthz HTTP/1.1\r\n");
  EXPECT_EQ(client_.read_response().status, 200);
  EXPECT_EQ(client_.read_response().status, 408);
  EXPECT_TRUE(client_.is_closed());
}

}  // namespace
}  // namespace jobcast
