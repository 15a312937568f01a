#include <fstream>
#include <gmock/gmock.h>
#include <memory>

#include "support/eventually.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class QueueServerTest : public ::testing::Test {
 protected:
  explicit QueueServerTest(const std::string& more = {})
      : server_("[work]\nworkers = 2\nprogress_per_second = 0\n" + more) {}

  HttpResponse post(std::string_view target, const json& body = json::object()) {
    return HttpClient(server_.port()).request("POST", target, {{"Content-Type", "application/json"}}, body.dump());
  }

  std::string make(const std::string& filename, json more = json::object()) {
    more.update({{"filename", filename}, {"kind", "external"}});
    return post("/api/jobs", more).json().at("job").at("id");
  }

  void patch(const std::string& id, const json& changes) { patch_job(server_.port(), id, changes); }

  HttpResponse ask(const std::string& target, const Headers& headers = {}) {
    return HttpClient(server_.port()).get(target, headers);
  }
  json get(const std::string& target) { return ask(target).json(); }
  json job(const std::string& id) { return get("/api/jobs/" + id).at("job"); }
  json why(const std::string& id) { return get("/api/jobs/" + id + "/why"); }

  json handler(const std::string& name) {
    const auto all = get("/api/handlers");
    for (const auto& one : all.at("handlers")) {
      if (one.at("name") == name) return one;
    }
    throw std::runtime_error("no handler " + name);
  }

  /// One shard may answer a moment before it hears of a commit that another has answered for.
  ServerProcess server_;
};

TEST_F(QueueServerTest, AWatcherSeesItsJobMoveUp) {
  const auto a = make("a");
  const auto b = make("b");
  const auto c = make("c");
  SseClient stream(server_.port(), "/api/sse?filename=c");
  const auto told = stream.next("queue");
  EXPECT_FALSE(told.id);
  EXPECT_EQ(told.type(), "queue");
  EXPECT_EQ(told.json().at("id"), c);
  EXPECT_EQ(told.json().at("queue_position"), 3);
  EXPECT_EQ(told.json().at("stalled"), false);
  EXPECT_TRUE(told.json().at("timestamp").is_string());
  patch(a, {{"status", "processing"}});
  EXPECT_EQ(stream.next("queue").json().at("queue_position"), 2);
  patch(b, {{"status", "cancelled"}});
  EXPECT_EQ(stream.next("queue").json().at("queue_position"), 1);
  patch(c, {{"status", "processing"}});
  EXPECT_EQ(stream.next("queue").json().at("queue_position"), nullptr);
  patch(c, {{"status", "completed"}});
  EXPECT_EQ(stream.rest().back().name, "finished");
  EXPECT_TRUE(stream.ended_well());
  const auto events = get("/api/jobs/" + c + "/events").at("events");
  EXPECT_EQ(events.size(), 3U) << "places in the queue are no events of the log: " << events;
}

TEST_F(QueueServerTest, EveryAnswerTellsThePlace) {
  make("a");
  const auto b = make("b");
  make("c", {{"priority", 5}});
  const auto expect_place = [](const json& shown, const json& position) {
    EXPECT_EQ(shown.at("queue_position"), position) << shown;
    EXPECT_EQ(shown.at("eta_seconds"), nullptr);
    EXPECT_EQ(shown.at("stalled"), false);
  };
  ASSERT_TRUE(eventually([&] { return job(b).at("queue_position") == 3; }));
  expect_place(get("/api/background-process?action=status&filename=b").at("job"), 3);
  for (const auto* list : {"/api/background-process?action=status", "/api/jobs", "/api/jobs?status=pending"}) {
    const auto jobs = get(list).at("jobs");
    expect_place(jobs.at(0), 1);
    expect_place(jobs.at(1), 3);
    expect_place(jobs.at(2), 2);
  }
  patch(b, {{"status", "processing"}});
  ASSERT_TRUE(eventually([&] { return job(b).at("queue_position").is_null(); }));
  EXPECT_EQ(job(b).at("stalled"), false);
  EXPECT_EQ(job(b).at("status"), "processing");
  SseClient stream(server_.port(), "/api/sse?filename=c");
  EXPECT_EQ(stream.next("status").json().at("job").at("queue_position"), 1);
  const auto c = stream.next("queue").json();
  EXPECT_EQ(c.at("queue_position"), 1);
  patch(c.at("id"), {{"status", "processing"}});
  EXPECT_EQ(stream.next("status").json().at("job").at("queue_position"), nullptr);
  patch(b, {{"status", "completed"}});
  ASSERT_TRUE(eventually([&] { return job(b).at("status") == "completed"; }));
  EXPECT_EQ(job(b).at("eta_seconds"), nullptr);
}

TEST_F(QueueServerTest, AnUnchangedAnswerKeepsItsETag) {
  const auto a = make("a");
  const auto target = "/api/background-process?action=status&id=" + a;
  const auto first = ask(target);
  EXPECT_EQ(ask(target, {{"If-None-Match", first.header("ETag")}}).status, 304);
  make("b", {{"priority", 1}});
  ASSERT_TRUE(eventually([&] { return get(target).at("job").at("queue_position") == 2; }));
  EXPECT_EQ(ask(target, {{"If-None-Match", first.header("ETag")}}).status, 200);
}

TEST_F(QueueServerTest, TellsWhyAJobIsNotRunning) {
  const auto a = make("a");
  const auto b = make("b", {{"max_retries", 1}});
  const auto later = make("later", {{"run_at", "2999-01-01T00:00:00Z"}});
  ASSERT_TRUE(eventually([&] { return why(b).at("queue_position") == 2; }));
  const auto waits = why(b);
  EXPECT_EQ(waits.at("id"), b);
  EXPECT_EQ(waits.at("status"), "pending");
  EXPECT_EQ(waits.at("running"), false);
  EXPECT_EQ(waits.at("reason"), "waits_for_worker");
  EXPECT_EQ(waits.at("sentence"), "No worker has taken the job yet; 1 job is ahead of it.");
  EXPECT_EQ(waits.at("slots"), (json{{"used", 0}, {"limit", nullptr}}));
  EXPECT_EQ(why(later).at("reason"), "scheduled");
  EXPECT_EQ(why(later).at("run_at"), "2999-01-01T00:00:00.000Z");

  patch(b, {{"status", "processing"}});
  ASSERT_TRUE(eventually([&] { return why(b).at("reason") == "running"; }));
  EXPECT_EQ(why(b).at("running"), true);
  patch(b, {{"status", "failed"}, {"error", "no luck"}});
  ASSERT_TRUE(eventually([&] { return why(b).at("reason") == "backoff"; }));
  EXPECT_THAT(why(b).at("sentence"), StartsWith("The last attempt failed; retry 1 of 1 starts at "));
  EXPECT_TRUE(why(b).at("backoff_until").is_string());
  patch(a, {{"status", "cancelled"}});
  ASSERT_TRUE(eventually([&] { return why(a).at("reason") == "finished"; }));
  EXPECT_EQ(ask("/api/jobs/01AAAAAAAAAAAAAAAAAAAAAAAA/why").code(), "job_not_found");
  EXPECT_EQ(ask("/api/jobs/nonsense/why").status, 404);
}

TEST_F(QueueServerTest, APausedHandlerIsTheReason) {
  ASSERT_EQ(post("/api/handlers/document/pause").status, 200);
  const std::string a = upload(server_.port(), "a.txt", "some words").at("id");
  const std::string b = upload(server_.port(), "b.txt", "some words").at("id");
  ASSERT_TRUE(eventually([&] { return why(b).at("queue_position") == 2; }));
  EXPECT_EQ(why(b).at("reason"), "paused");
  EXPECT_EQ(why(b).at("paused"), true);
  EXPECT_THAT(why(b).at("sentence"), HasSubstr("document is paused"));
  EXPECT_EQ(handler("document"), (json{{"name", "document"},
                                       {"external", false},
                                       {"concurrency", nullptr},
                                       {"paused", true},
                                       {"waiting", 2},
                                       {"running", 0},
                                       {"mean_seconds", nullptr}}));
  server_.kill();
  server_.start_again();
  EXPECT_EQ(why(b).at("reason"), "paused") << "over a restart";
  EXPECT_EQ(why(b).at("queue_position"), 2);
  ASSERT_EQ(post("/api/handlers/document/resume").status, 200);
  ASSERT_TRUE(eventually([&] { return why(b).at("reason") == "finished"; }));
  ASSERT_TRUE(eventually([&] { return handler("document").at("mean_seconds").is_number(); }));
  EXPECT_EQ(handler("external").at("external"), true);
  EXPECT_TRUE(eventually([&] { return job(a).at("status") == "completed"; }));
}

TEST_F(QueueServerTest, AJobThatStandsStillIsToldOfBeforeAnyTimeout) {
  const auto usual = make("usual");
  patch(usual, {{"status", "processing"}});
  patch(usual, {{"status", "completed"}});
  const auto hangs = make("hangs");
  patch(hangs, {{"status", "processing"}});
  SseClient stream(server_.port(), "/api/sse?filename=hangs");
  while (!stream.next("queue").json().at("stalled")) {
  }
  EXPECT_EQ(job(hangs).at("stalled"), true);
  EXPECT_EQ(job(hangs).at("eta_seconds"), 0);
  EXPECT_EQ(why(hangs).at("reason"), "stalled");
  patch(hangs, {{"progress", 10}});
  EXPECT_EQ(stream.next("queue").json().at("stalled"), false);
  patch(hangs, {{"status", "completed"}});
  EXPECT_EQ(stream.rest().back().name, "finished");
}

/// Jobs of the kind `gate`, of which one runs at a time, end when the file is there.
class GateTest : public QueueServerTest {
 protected:
  GateTest() : GateTest(std::make_unique<TemporaryDirectory>()) {}

  std::string make_gated() {
    return post("/api/jobs", {{"kind", "gate"}, {"filename", "x"}}).json().at("job").at("id");
  }

  void open_gate() { std::ofstream(directory_->path() / "open"); }

 private:
  explicit GateTest(std::unique_ptr<TemporaryDirectory> directory)
      : QueueServerTest(
            "[handlers.gate]\nconcurrency = 1\ncommand = [\"sh\", \"-c\", \"until [ -e $0 ]; do sleep 0.02; "
            "done\", \"" +
            (directory->path() / "open").string() + "\"]\n"),
        directory_(std::move(directory)) {}

  std::unique_ptr<TemporaryDirectory> directory_;
};

TEST_F(GateTest, FullSlotsAreTheReasonThoughWorkersAreFree) {
  const auto first = make_gated();
  ASSERT_TRUE(eventually([&] { return why(first).at("reason") == "running"; }));
  const auto second = make_gated();
  const auto third = make_gated();
  ASSERT_TRUE(eventually([&] { return why(third).at("queue_position") == 2; }));
  EXPECT_EQ(why(second).at("reason"), "slots_full");
  EXPECT_EQ(why(second).at("slots"), (json{{"used", 1}, {"limit", 1}}));
  EXPECT_EQ(why(third).at("sentence"), "The handler gate runs 1 job at once, and 1 is running; 1 job is ahead of it.");
  EXPECT_EQ(why(third).at("eta_seconds"), nullptr) << "nothing is known of such jobs";
  const auto gate = handler("gate");
  EXPECT_EQ(gate.at("concurrency"), 1);
  EXPECT_EQ(gate.at("waiting"), 2);
  EXPECT_EQ(gate.at("running"), 1);
  SseClient stream(server_.port(), "/api/sse?id=" + third);
  EXPECT_EQ(stream.next("queue").json().at("queue_position"), 2);
  open_gate();
  EXPECT_EQ(stream.rest().back().name, "finished");
  ASSERT_TRUE(eventually([&] { return handler("gate").at("running") == 0; }));
  ASSERT_EQ(post("/api/handlers/gate/pause").status, 200);
  const auto paused = make_gated();
  ASSERT_TRUE(eventually([&] { return why(paused).at("reason") == "paused"; }));
  ASSERT_EQ(post("/api/handlers/gate/resume").status, 200);
  ASSERT_TRUE(eventually([&] { return why(paused).at("reason") == "finished"; }));
}

}  // namespace
}  // namespace jobcast
