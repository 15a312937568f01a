#include <gtest/gtest.h>
#include <thread>

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

class EngineTest : public ::testing::Test {
 protected:
  HttpResponse post(std::string_view target, const json& body, const Headers& more = {}) {
    Headers headers = {{"Content-Type", "application/json"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return client_.request("POST", target, headers, body.dump());
  }

  HttpResponse patch(const std::string& id, const json& body) {
    return client_.request("PATCH", "/api/jobs/" + id, {{"Content-Type", "application/json"}}, body.dump());
  }

  json make(const json& wanted) { return post("/api/jobs", wanted).json().at("job"); }

  json claim(double wait = 0, double lease = 30) {
    const auto response =
        post("/api/jobs/claim",
             {{"kinds", {"external"}}, {"worker", "w"}, {"lease_seconds", lease}, {"wait_seconds", wait}});
    return response.status == 200 ? response.json() : json();
  }

  ServerProcess server_;
  HttpClient client_{server_.port()};
};

// ---- claims

TEST_F(EngineTest, AClaimGivesThePayloadAndALease) {
  const auto made = make({{"filename", "a"}, {"kind", "external"}, {"payload", {{"page", 3}}}});
  const auto claimed = claim();
  ASSERT_FALSE(claimed.is_null());
  EXPECT_EQ(claimed.at("job").at("id"), made.at("id"));
  EXPECT_EQ(claimed.at("job").at("status"), "processing");
  EXPECT_EQ(claimed.at("job").at("payload"), json({{"page", 3}}));
  const std::string id = made.at("id");
  EXPECT_EQ(client_.get("/api/jobs/" + id).json().at("job").at("payload"), json({{"page", 3}}));

  EXPECT_EQ(patch(id, {{"progress", 10}}).code(), "lease_required");
  EXPECT_EQ(patch(id, {{"progress", 10}, {"lease", "x"}}).code(), "stale_lease");
  EXPECT_EQ(patch(id, {{"lease", claimed.at("lease")}}).status, 200);
  const auto done = patch(id, {{"status", "completed"}, {"result", {{"n", 1}}}, {"lease", claimed.at("lease")}});
  EXPECT_EQ(done.json().at("job").at("status"), "completed");
  EXPECT_EQ(patch(id, {{"progress", 10}, {"lease", claimed.at("lease")}}).status, 409);
}

TEST_F(EngineTest, ClaimsFollowPriorityThenAge) {
  make({{"filename", "low"}, {"kind", "external"}, {"priority", -5}});
  make({{"filename", "first"}, {"kind", "external"}});
  make({{"filename", "second"}, {"kind", "external"}});
  make({{"filename", "high"}, {"kind", "external"}, {"priority", 5}});
  make({{"filename", "later"}, {"kind", "external"}, {"run_at", "2999-01-01T00:00:00Z"}});
  for (const auto* name : {"high", "first", "second", "low"}) {
    EXPECT_EQ(claim().at("job").at("filename"), name);
  }
  EXPECT_TRUE(claim().is_null());
}

TEST_F(EngineTest, AClaimWaitsForAJob) {
  std::thread maker([port = server_.port()] { make_external_job(port, "late"); });
  const auto claimed = claim(20);
  maker.join();
  ASSERT_FALSE(claimed.is_null());
  EXPECT_EQ(claimed.at("job").at("filename"), "late");
  const auto nothing = post("/api/jobs/claim", {{"kinds", {"external"}}, {"wait_seconds", 0.2}});
  EXPECT_EQ(nothing.status, 204);
}

TEST_F(EngineTest, AWaitingClaimWhoseClientLeftTakesNoJob) {
  {
    HttpClient gone(server_.port());
    const auto body = R"({"kinds":["external"],"wait_seconds":60})";
    gone.send(
        "POST /api/jobs/claim HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 40\r\n\r\n" +
        std::string(body));
    // Answered after the claim above was read, since both wait at the same desk.
    EXPECT_TRUE(claim(0.1).is_null());
  }
  EXPECT_TRUE(claim(0.2).is_null());
  make_external_job(server_.port(), "a");
  EXPECT_FALSE(claim(5).is_null());
}

TEST_F(EngineTest, ALeaseThatRunsOutPutsTheJobBack) {
  const auto made = make({{"filename", "a"}, {"kind", "external"}});
  const auto first = claim(0, 1);
  ASSERT_FALSE(first.is_null());
  const auto second = claim(20, 30);
  ASSERT_FALSE(second.is_null()) << "after the lease and the backoff";
  EXPECT_EQ(second.at("job").at("retry_count"), 1);
  EXPECT_NE(second.at("lease"), first.at("lease"));
  EXPECT_EQ(patch(made.at("id"), {{"status", "completed"}, {"lease", first.at("lease")}}).code(), "stale_lease");
}

TEST_F(EngineTest, RefusesBadClaims) {
  const json cases[] = {json::object(),
                        {{"kinds", json::array()}},
                        {{"kinds", "external"}},
                        {{"kinds", {"document"}}},
                        {{"kinds", {"nothing"}}},
                        {{"kinds", {"external"}}, {"lease_seconds", 0}},
                        {{"kinds", {"external"}}, {"lease_seconds", "1"}},
                        {{"kinds", {"external"}}, {"wait_seconds", 61}},
                        {{"kinds", {"external"}}, {"wait_seconds", -1}},
                        {{"kinds", {"external"}}, {"worker", 7}},
                        {{"kinds", {"external"}}, {"worker", std::string(256, 'a')}}};
  for (const auto& body : cases) EXPECT_EQ(post("/api/jobs/claim", body).code(), "invalid_parameter") << body;
}

TEST_F(EngineTest, AStopEndsWaitingClaims) {
  client_.send(
      "POST /api/jobs/claim HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 40\r\n\r\n"
      R"({"kinds":["external"],"wait_seconds":60})");
  HttpClient other(server_.port());
  EXPECT_EQ(other.get("/healthz").status, 200);
  EXPECT_EQ(server_.stop(), 0);
}

// ---- idempotency

TEST_F(EngineTest, ARepeatedKeyAnswersWithTheFirstJob) {
  const json wanted = {{"filename", "a"}, {"kind", "external"}};
  const auto first = post("/api/jobs", wanted, {{"Idempotency-Key", "k 1"}});
  EXPECT_EQ(first.status, 202);
  const auto again = post("/api/jobs", wanted, {{"Idempotency-Key", "k 1"}});
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json().at("job").at("id"), first.json().at("job").at("id"));
  EXPECT_EQ(again.header("Location"), first.header("Location"));
  EXPECT_EQ(post("/api/jobs", wanted, {{"Idempotency-Key", ""}}).code(), "invalid_parameter");
  EXPECT_EQ(post("/api/jobs", wanted, {{"Idempotency-Key", std::string(256, 'k')}}).code(), "invalid_parameter");
}

TEST_F(EngineTest, ARepeatedUploadLeavesNoSecondFile) {
  const auto form = Form().file("a.txt", "some words").file("b.txt", "more words").body();
  auto headers = Form::headers();
  headers.emplace_back("Idempotency-Key", "upload");
  const auto first = client_.request("POST", "/api/jobs", headers, form);
  const auto again = client_.request("POST", "/api/jobs", headers, form);
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(again.status, 200);
  ASSERT_EQ(again.json().at("jobs").size(), 2U);
  EXPECT_EQ(again.json().at("jobs")[1].at("id"), first.json().at("jobs")[1].at("id"));
  EXPECT_TRUE(eventually([&] { return client_.get("/api/jobs?status=completed").json().at("jobs").size() == 2; }));
  EXPECT_EQ(server_.count_uploads(), 2U);
}

// ---- many at once

TEST_F(EngineTest, BulkSteersByIdsAndByFilter) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(make_external_job(server_.port(), "bulk " + std::to_string(i)).at("id"));
  make_external_job(server_.port(), "other");
  const auto cancelled = post("/api/jobs/bulk", {{"action", "cancel"}, {"ids", {ids[0], ids[1], ids[0]}}});
  EXPECT_EQ(cancelled.status, 202);
  EXPECT_EQ(cancelled.json(), json({{"done", 2}, {"skipped", 1}}));
  EXPECT_EQ(post("/api/jobs/bulk", {{"action", "cancel"}, {"q", "bulk"}}).json(), json({{"done", 3}, {"skipped", 2}}));
  const auto retried = post("/api/jobs/bulk", {{"action", "retry"}, {"status", "cancelled"}, {"kind", "external"}});
  EXPECT_EQ(retried.json(), json({{"done", 5}, {"skipped", 0}}));
  const auto deleted = post("/api/jobs/bulk", {{"action", "delete"}, {"status", "pending"}});
  EXPECT_EQ(deleted.json(), json({{"done", 6}, {"skipped", 0}}));
  EXPECT_EQ(client_.get("/api/jobs").json().at("jobs").size(), 0U);
}

TEST_F(EngineTest, BulkDeletesFilesToo) {
  for (int i = 0; i < 3; ++i) upload(server_.port(), std::to_string(i) + ".txt", "words");
  EXPECT_TRUE(eventually([&] { return client_.get("/api/jobs?status=completed").json().at("jobs").size() == 3; }));
  EXPECT_EQ(post("/api/jobs/bulk", {{"action", "delete"}, {"status", "completed"}}).json().at("done"), 3);
  EXPECT_EQ(server_.count_uploads(), 0U);
}

TEST_F(EngineTest, BulkRefusesWhatItCanNotUnderstand) {
  EXPECT_EQ(post("/api/jobs/bulk", {{"action", "burn"}, {"ids", json::array()}}).code(), "invalid_action");
  EXPECT_EQ(post("/api/jobs/bulk", {{"ids", json::array()}}).code(), "invalid_action");
  const json cases[] = {{{"action", "delete"}},
                        {{"action", "delete"}, {"ids", "x"}},
                        {{"action", "delete"}, {"ids", {"x"}}},
                        {{"action", "delete"}, {"status", "gone"}},
                        {{"action", "delete"}, {"q", 7}}};
  for (const auto& body : cases) EXPECT_EQ(post("/api/jobs/bulk", body).code(), "invalid_parameter") << body;
}

// ---- pauses

TEST_F(EngineTest, APausedHandlerStartsNothingUntilItIsResumed) {
  const auto paused = post("/api/handlers/document/pause", json::object());
  EXPECT_EQ(paused.status, 200);
  EXPECT_EQ(paused.json(), json({{"handler", "document"}, {"paused", true}}));
  const auto waiting = upload(server_.port(), "a.txt", "some words");
  EXPECT_EQ(post("/api/background-process", {{"action", "process"}}).json().at("started"), 0);
  server_.kill();
  server_.start_again();
  HttpClient again(server_.port());
  upload(server_.port(), "b.txt", "more words");
  EXPECT_EQ(again.get("/api/jobs?status=pending").json().at("jobs").size(), 2U) << "still paused after a crash";
  EXPECT_EQ(again.request("POST", "/api/handlers/document/resume").status, 200);
  EXPECT_TRUE(eventually([&] { return again.get("/api/jobs?status=completed").json().at("jobs").size() == 2; }));
}

TEST_F(EngineTest, PausedExternalJobsAreNotGiven) {
  make_external_job(server_.port(), "a");
  EXPECT_EQ(post("/api/handlers/external/pause", json::object()).status, 200);
  EXPECT_TRUE(claim().is_null());
  EXPECT_EQ(post("/api/handlers/external/resume", json::object()).status, 200);
  EXPECT_FALSE(claim().is_null());
  EXPECT_EQ(post("/api/handlers/nothing/pause", json::object()).code(), "handler_not_found");
}

}  // namespace
}  // namespace jobcast
