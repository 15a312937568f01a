#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

#include "support/eventually.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

SseClient::Options after(std::int64_t seq) {
  SseClient::Options options;
  options.last_event_id = seq;
  return options;
}

TEST(StreamEndTest, ResumesOverARestart) {
  ServerProcess server;
  const std::string id = make_external_job(server.port(), "a").at("id");
  std::int64_t from = 0;
  std::int64_t missed = 0;
  {
    SseClient before(server.port(), "/api/sse?filename=a");
    from = *before.next("status").id;
    missed = patch_job(server.port(), id, {{"status", "processing"}}).at("seq");
    server.kill();
    before.rest();
    EXPECT_FALSE(before.ended_well());
  }
  server.start_again();
  std::int64_t end = 0;
  {
    SseClient resumed(server.port(), "/api/sse?filename=a", after(from));
    EXPECT_EQ(resumed.next()->name, "connection");
    EXPECT_EQ(resumed.next()->id, missed);
    SseClient up_to_date(server.port(), "/api/sse?filename=a", after(missed));
    EXPECT_EQ(up_to_date.next()->name, "connection");
    end = patch_job(server.port(), id, {{"status", "completed"}}).at("seq");
    EXPECT_GT(end, missed);
    for (auto* stream : {&resumed, &up_to_date}) {
      EXPECT_EQ(stream->next()->id, end);
      EXPECT_EQ(stream->next()->name, "finished");
      EXPECT_EQ(stream->next(), std::nullopt);
    }
  }
  EXPECT_EQ(server.stop(), 0);
  server.start_again();
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/api/sse?filename=a", {{"Last-Event-ID", std::to_string(end)}}).status, 204);
}

TEST(StreamEndTest, SaysGoodbyeOnAGracefulStop) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerProcess server;
    make_external_job(server.port(), "a");
    {
      HttpClient idle(server.port());
      EXPECT_EQ(idle.get("/healthz").status, 200);
      SseClient chosen(server.port(), "/api/sse?filename=a");
      SseClient all(server.port(), "/api/background-process?action=status&sse=true");
      SseClient admin(server.port(), "/api/sse/admin");
      for (auto* stream : {&chosen, &all, &admin}) stream->next("connection");
      server.send_signal(signal);
      for (auto* stream : {&chosen, &all, &admin}) {
        const auto close = stream->next("close");
        EXPECT_EQ(close.type(), "server_shutdown");
        EXPECT_GE(close.retry_ms.value_or(0), 1'000);
        EXPECT_LE(close.retry_ms.value_or(0), 10'000);
        EXPECT_EQ(stream->next(), std::nullopt);
        EXPECT_TRUE(stream->ended_well());
      }
      EXPECT_TRUE(idle.is_closed());
    }
    EXPECT_EQ(server.wait_for_exit(), 0);
    server.start_again();
  }
}

TEST(StreamEndTest, FinishesAnUploadUnderWayOnAGracefulStop) {
  ServerProcess server;
  HttpClient client(server.port());
  client.send("POST /api/jobs?filename=a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 100);
  {
    SseClient stream(server.port(), "/api/sse/admin");
    stream.next("connection");
    server.send_signal(SIGTERM);
    stream.next("close");
  }
  client.send("0123456789");
  const auto made = client.read_response();
  EXPECT_EQ(made.status, 202);
  EXPECT_EQ(made.header("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.wait_for_exit(), 0);
  server.start_again();
  SseClient stream(server.port(), "/api/sse?filename=a");
  EXPECT_EQ(stream.next("finished").json().at("job").at("status"), "completed");
}

TEST(SlowClientTest, DropsOneThatDoesNotReadAndServesTheOthers) {
  ServerProcess server("[work]\nprogress_per_second = 0\n[limits]\nmax_stream_queue_bytes = 4096\n");
  const std::string id = make_external_job(server.port(), "a").at("id");
  SseClient::Options small;
  small.receive_bytes = 4096;
  SseClient slow(server.port(), "/api/sse?filename=a", small);
  SseClient quick(server.port(), "/api/sse?filename=a");
  quick.next("status");
  patch_job(server.port(), id, {{"status", "processing"}});
  quick.next("status");

  const std::string message(4000, 'x');
  std::vector<std::int64_t> sent;
  for (int i = 0; i < 200 && server.log().find("stream dropped") == std::string::npos; ++i) {
    const auto seq = patch_job(server.port(), id, {{"message", message}}).at("seq").get<std::int64_t>();
    EXPECT_EQ(quick.next("status").id, seq);
    sent.push_back(seq);
  }
  EXPECT_TRUE(eventually([&] { return server.log().find("stream dropped") != std::string::npos; }));
  HttpClient client(server.port());
  EXPECT_THAT(client.get("/metrics").body, ::testing::HasSubstr("jobcast_streams_dropped_total 1\n"));

  const auto end = patch_job(server.port(), id, {{"status", "completed"}}).at("seq").get<std::int64_t>();
  EXPECT_EQ(quick.next("finished").id, end);
  slow.rest();
  EXPECT_FALSE(slow.ended_well());
  EXPECT_LT(slow.last_id(), end);
  SseClient resumed(server.port(), "/api/sse?filename=a", after(slow.last_id()));
  EXPECT_EQ(resumed.rest().back().id, end);
  EXPECT_TRUE(resumed.ended_well());
}

TEST(OverloadTest, SendsAwayWhomItCanNotServe) {
  ServerProcess server("[limits]\nmax_connections = 2\n");
  make_external_job(server.port(), "a");
  std::optional<SseClient> first;
  std::optional<SseClient> second;
  first.emplace(server.port(), "/api/sse?filename=a");
  first->next("status");
  // The connection that made the job may not be gone yet.
  ASSERT_TRUE(eventually([&] {
    second.emplace(server.port(), "/api/sse/admin");
    return second->next()->name == "connection";
  }));
  for (const auto* path : {"/api/sse?filename=a", "/api/sse/admin", "/api/background-process?action=status"}) {
    SCOPED_TRACE(path);
    SseClient stream(server.port(), path);
    EXPECT_EQ(stream.response().status, 200);
    EXPECT_EQ(stream.response().header("Content-Type"), "text/event-stream");
    const auto error = stream.next();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->name, "error");
    EXPECT_EQ(error->type(), "overloaded");
    EXPECT_GE(error->retry_ms.value_or(0), 5'000);
    EXPECT_LE(error->retry_ms.value_or(0), 15'000);
    EXPECT_EQ(stream.next(), std::nullopt);
  }
  HttpClient client(server.port());
  const auto refused = client.get("/api/jobs");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.code(), "overloaded");
  EXPECT_TRUE(refused.has("Retry-After"));
  EXPECT_TRUE(client.is_closed());

  first.reset();
  EXPECT_TRUE(eventually([&] { return HttpClient(server.port()).get("/api/jobs").status == 200; }));
}

}  // namespace
}  // namespace jobcast
