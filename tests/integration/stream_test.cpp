#include <gtest/gtest.h>

#include "support/server_process.hpp"
#include "support/sse_client.hpp"
#include "support/tiny_pdf.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

SseClient::Options after(std::int64_t seq) {
  SseClient::Options options;
  options.last_event_id = seq;
  return options;
}

class StreamTest : public ::testing::Test {
 protected:
  std::string external(const std::string& filename) { return make_external_job(server_.port(), filename).at("id"); }

  json patch(const std::string& id, const json& changes) { return patch_job(server_.port(), id, changes); }

  ServerProcess server_{"[work]\nprogress_per_second = 0\n"};
};

/// The opening that every admitted stream has.
void expect_connection(SseClient& stream) {
  const auto event = stream.next();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, "connection");
  EXPECT_EQ(event->type(), "connected");
  EXPECT_FALSE(event->json().at("clientId").get<std::string>().empty());
  EXPECT_FALSE(event->id);
  EXPECT_GE(event->retry_ms.value_or(0), 1500);
  EXPECT_LE(event->retry_ms.value_or(0), 2500);
}

TEST_F(StreamTest, FollowsAnUploadToItsEnd) {
  const auto job = upload(server_.port(), "a.pdf", tiny_pdf({"page one", "page two"}));
  for (const auto* path : {"/api/sse?filename=a.pdf", "/api/background-process?action=status&sse=true&filename=a.pdf",
                           "/api/background-process?action=status&filename=a.pdf"}) {
    SCOPED_TRACE(path);
    SseClient stream(server_.port(), path);
    EXPECT_EQ(stream.response().status, 200);
    EXPECT_EQ(stream.response().header("Content-Type"), "text/event-stream");
    EXPECT_EQ(stream.response().header("Cache-Control"), "no-cache, no-transform");
    EXPECT_EQ(stream.response().header("X-Accel-Buffering"), "no");
    EXPECT_EQ(stream.response().header("Connection"), "close");
    EXPECT_EQ(stream.response().header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(stream.response().header("Access-Control-Allow-Origin"), "*");
    expect_connection(stream);
    const auto events = stream.rest();
    EXPECT_TRUE(stream.ended_well());
    ASSERT_GE(events.size(), 2U);
    std::int64_t last = 0;
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
      EXPECT_EQ(events[i].type(), "job_status");
      EXPECT_EQ(events[i].id, events[i].json().at("job").at("seq"));
      EXPECT_GT(*events[i].id, last);
      last = *events[i].id;
    }
    EXPECT_EQ(events.back().name, "finished");
    EXPECT_EQ(events.back().type(), "job_finished");
    EXPECT_EQ(events.back().id, last);
    const auto end = events.back().json().at("job");
    EXPECT_EQ(end.at("id"), job.at("id"));
    EXPECT_EQ(end.at("status"), "completed") << end;
    EXPECT_EQ(end.at("progress"), 100);
  }
}

TEST_F(StreamTest, SpeaksTheOlderHttp) {
  const auto id = external("a");
  SseClient::Options options;
  options.http_1_0 = true;
  SseClient stream(server_.port(), "/api/sse?filename=a&clientId=me", options);
  EXPECT_TRUE(stream.response().http_1_0);
  EXPECT_FALSE(stream.response().has("Transfer-Encoding"));
  const auto hello = stream.next("connection").json();
  EXPECT_EQ(hello.at("clientId"), "me");
  EXPECT_EQ(hello.at("filename"), "a");
  patch(id, {{"status", "cancelled"}});
  EXPECT_EQ(stream.rest().back().name, "finished");
}

TEST_F(StreamTest, TellsOnlyOfItsJobsAndOfAll) {
  const auto first = external("first");
  const auto second = external("second");
  const auto other = external("other");
  SseClient stream(server_.port(), "/api/sse?filename=first&id=" + second);
  expect_connection(stream);
  stream.next("status");
  stream.next("status");
  patch(other, {{"status", "processing"}});
  const auto seq = patch(second, {{"status", "processing"}}).at("seq");
  EXPECT_EQ(stream.next()->id, seq);
  patch(first, {{"status", "cancelled"}});
  EXPECT_EQ(stream.next()->name, "status");
  EXPECT_EQ(stream.next()->name, "finished");
  patch(other, {{"message", "still"}});
  patch(second, {{"status", "completed"}});
  const auto rest = stream.rest();
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest.back().json().at("job").at("id"), second);
  EXPECT_TRUE(stream.ended_well());
}

TEST_F(StreamTest, ResumesBehindTheLastId) {
  const auto id = external("a");
  SseClient before(server_.port(), "/api/sse?filename=a");
  const auto from = *before.next("status").id;
  std::vector<std::int64_t> missed;
  missed.push_back(patch(id, {{"status", "processing"}}).at("seq"));
  for (int i = 0; i < 5; ++i) missed.push_back(patch(id, {{"message", std::to_string(i)}}).at("seq"));

  SseClient by_header(server_.port(), "/api/sse?filename=a", after(from));
  SseClient by_query(server_.port(), "/api/sse?filename=a&last_event_id=" + std::to_string(from));
  SseClient header_wins(server_.port(), "/api/sse?filename=a&last_event_id=1", after(from));
  missed.push_back(patch(id, {{"status", "completed"}}).at("seq"));
  for (auto* stream : {&by_header, &by_query, &header_wins}) {
    expect_connection(*stream);
    for (const auto seq : missed) {
      const auto event = stream->next();
      ASSERT_TRUE(event);
      EXPECT_EQ(event->name, "status");
      EXPECT_EQ(event->id, seq);
    }
    EXPECT_EQ(stream->next()->name, "finished");
    EXPECT_EQ(stream->next(), std::nullopt);
  }
}

TEST_F(StreamTest, HasNothingToSayAfterTheEnd) {
  const auto id = external("a");
  const auto end = patch(id, {{"status", "cancelled"}}).at("seq").get<std::int64_t>();
  HttpClient client(server_.port());
  for (const auto* path : {"/api/sse?filename=a", "/api/background-process?action=status&sse=true&filename=a"}) {
    EXPECT_EQ(client.get(path, {{"Last-Event-ID", std::to_string(end)}}).status, 204) << path;
  }
  SseClient stream(server_.port(), "/api/sse?filename=a", after(end - 1));
  EXPECT_EQ(stream.response().status, 200);
  EXPECT_EQ(stream.next("finished").id, end);
  EXPECT_EQ(stream.next(), std::nullopt);
}

TEST_F(StreamTest, RepeatsAnEndWhereOthersStillRun) {
  const auto done = external("done");
  external("runs");
  const auto end = patch(done, {{"status", "cancelled"}}).at("seq").get<std::int64_t>();
  SseClient stream(server_.port(), "/api/sse?filename=done&filename=runs", after(end));
  expect_connection(stream);
  const auto repeated = stream.next();
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->name, "finished");
  EXPECT_EQ(repeated->id, end);
}

TEST_F(StreamTest, TellsOfAGapAndThenThePresent) {
  const auto id = external("a");
  const auto seq = patch(id, {{"status", "processing"}}).at("seq").get<std::int64_t>();
  for (const auto foreign : {std::int64_t{5}, seq + 1'000'000}) {
    SseClient stream(server_.port(), "/api/sse?filename=a", after(foreign));
    expect_connection(stream);
    const auto gap = stream.next();
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->name, "gap");
    EXPECT_FALSE(gap->id);
    EXPECT_EQ(gap->json().at("last_event_id"), foreign);
    EXPECT_EQ(stream.next()->id, seq);
  }
  SseClient ignored(server_.port(), "/api/sse?filename=a&last_event_id=nonsense");
  expect_connection(ignored);
  EXPECT_EQ(ignored.next()->id, seq);
}

TEST_F(StreamTest, WaitsForAJobThatIsMadeLater) {
  SseClient stream(server_.port(), "/api/sse?filename=later");
  expect_connection(stream);
  const auto missing = stream.next();
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->name, "error");
  EXPECT_EQ(missing->type(), "job_not_found");
  EXPECT_EQ(missing->json().at("filename"), "later");
  EXPECT_FALSE(missing->id);
  const auto id = external("later");
  EXPECT_EQ(stream.next()->json().at("job").at("id"), id);
  patch(id, {{"status", "cancelled"}});
  EXPECT_EQ(stream.rest().back().name, "finished");
}

TEST_F(StreamTest, GoesOnWithTheJobThatTakesTheName) {
  const auto old = external("a");
  SseClient stream(server_.port(), "/api/sse?filename=a");
  EXPECT_EQ(stream.next("status").json().at("job").at("id"), old);
  const auto newer = external("a");
  EXPECT_EQ(stream.next()->json().at("job").at("id"), newer);
  patch(old, {{"status", "cancelled"}});
  const auto seq = patch(newer, {{"status", "processing"}}).at("seq");
  EXPECT_EQ(stream.next()->id, seq);
  patch(newer, {{"status", "completed"}});
  EXPECT_EQ(stream.rest().back().json().at("job").at("id"), newer);
}

TEST_F(StreamTest, TellsOfADeletion) {
  const auto id = external("a");
  patch(id, {{"status", "cancelled"}});
  const auto kept = external("b");
  SseClient stream(server_.port(), "/api/sse?id=" + kept + "&id=" + id);
  stream.next("finished");
  HttpClient client(server_.port());
  EXPECT_EQ(client.request("DELETE", "/api/jobs/" + kept).status, 204);
  const auto deleted = stream.next("deleted");
  EXPECT_EQ(deleted.type(), "job_deleted");
  EXPECT_EQ(deleted.json().at("id"), kept);
  EXPECT_TRUE(deleted.id);
  EXPECT_EQ(stream.next(), std::nullopt);
  EXPECT_TRUE(stream.ended_well());
}

TEST_F(StreamTest, ShowsAllJobs) {
  SseClient all(server_.port(), "/api/background-process?action=status&sse=true");
  SseClient dashboard(server_.port(), "/api/sse/admin?limit=1");
  SseClient deltas(server_.port(), "/api/sse/admin?updates=delta");
  for (auto* stream : {&all, &dashboard, &deltas}) {
    expect_connection(*stream);
    const auto event = stream->next();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->name, stream == &all ? "status" : "status_update");
    EXPECT_EQ(event->type(), stream == &all ? "status_summary" : "status_update");
    EXPECT_EQ(event->json().at("summary").at("total_jobs"), 0);
  }
  external("a");
  const auto seq = make_external_job(server_.port(), "b").at("seq").get<std::int64_t>();
  std::int64_t shown = 0;
  for (auto* stream : {&all, &dashboard}) {
    for (shown = 0; shown < seq;) {
      const auto event = stream->next();
      ASSERT_TRUE(event);
      EXPECT_GT(event->id.value_or(0), shown);
      shown = event->id.value_or(seq);
      EXPECT_TRUE(shown < seq || event->json().at("jobs").size() == (stream == &all ? 2U : 1U)) << event->data;
    }
  }
  deltas.next("job");
  const auto delta = deltas.next("job");
  EXPECT_EQ(delta.id, seq);
  EXPECT_EQ(delta.json().at("summary").at("total_jobs"), 2);
}

}  // namespace
}  // namespace jobcast
