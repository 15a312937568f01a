#include "push/shard.hpp"

#include "push/job_json.hpp"
#include "shard_fixture.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(ShardTest, SendsThePresentStateAndThenEveryEvent) {
  make_shard(one_running_job());
  auto client = open(plan({"a"}));
  EXPECT_EQ(log.openings, 0) << "answered from memory";
  publish({progress(11), created(12, "b")});
  publish({moved(1, 13, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 10", "status 11", "status 13", "finished 13"));
  EXPECT_TRUE(client.bytes().starts_with(StreamClient::head));
  EXPECT_TRUE(client.bytes().ends_with("\r\n0\r\n\r\n"));
  EXPECT_GE(client.retry(), 1500);
  EXPECT_LE(client.retry(), 2500);
}

TEST_F(ShardTest, SendsExactlyTheFramesOfTheEvents) {
  make_shard(one_running_job());
  auto client = open(plan({running_job().id}), false);
  const auto last = moved(1, 11, JobStatus::failed);
  publish({last});
  client.read_to_end();
  EXPECT_TRUE(client.payload(false).ends_with("\n\n" + state_payload(running_job()) +
                                              event_payload(*last, job_json(last->job))));
}

TEST_F(ShardTest, ABatchIsToldInOrderAndOnce) {
  make_shard(one_running_job());
  auto client = open(plan({"a", running_job().id}));
  publish({progress(11), progress(12), progress(13), moved(1, 14, JobStatus::cancelled)});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 10", "status 11", "status 12", "status 13",
                                           "status 14", "finished 14"));
}

TEST_F(ShardTest, AStreamOfAFinishedJobEndsAtOnce) {
  auto snapshot = one_running_job();
  snapshot.newest[0].status = JobStatus::failed;
  make_shard(snapshot);
  auto client = open(plan({"a"}));
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 10", "finished 10"));
}

TEST_F(ShardTest, ANameGoesOverToTheNewerJobWithoutAnEnd) {
  make_shard(one_running_job());
  auto client = open(plan({"a"}));
  publish({moved(1, 11, JobStatus::completed), created(12)});
  publish({moved(1, 13, JobStatus::pending), moved(12, 14, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 10", "status 11", "finished 11", "status 12",
                                           "status 14", "finished 14"))
      << "the older job's retry is nobody's any more";
}

TEST_F(ShardTest, AMissingNameIsWaitedFor) {
  make_shard(one_running_job());
  log.opening.targets = {{}};
  log.opening.head = 10;
  auto client = open(plan({"new"}));
  EXPECT_EQ(log.openings, 1);
  publish({created(11, "new"), moved(11, 12, JobStatus::completed, "new")});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "error", "status 11", "status 12", "finished 12"));
}

TEST_F(ShardTest, PlansFromMemoryWhatTheClientKnowsAlready) {
  auto snapshot = one_running_job();
  snapshot.newest[0].status = JobStatus::completed;
  make_shard(snapshot);
  EXPECT_EQ(plan({"a"}, 10).kind, OpeningKind::no_content);
  EXPECT_EQ(log.openings, 0);
  log.opening.targets = {{}};
  EXPECT_EQ(plan({make_id(77)}).kind, OpeningKind::not_found);
  EXPECT_EQ(log.openings, 1);
}

TEST_F(ShardTest, AsksTheLogAboutNumbersThatItHasNotHandedOut) {
  make_shard(one_running_job());
  log.opening.targets = {{running_job(), {}, 1}};
  log.opening.head = 10;
  log.opening.oldest = 1;
  for (const Seq after : {4, 9, 11}) {
    auto client = open(plan({"a"}, after));
    client.read_until_event("status 10");
    EXPECT_THAT(client.events(), ElementsAre("connection", "gap", "status 10")) << after;
  }
  EXPECT_EQ(log.openings, 3);
}

TEST_F(ShardTest, ForgetsAClientThatLeaves) {
  make_shard(one_running_job());
  auto client = open(plan({"a"}));
  publish({progress(11)});
  client.read_until_event("status 11");
  EXPECT_EQ(shard->open_count(), 1U);
  EXPECT_EQ(counters.open[0].load(), 1);
  client.close();
  while (shard->open_count() > 0) run_ready();
  EXPECT_EQ(counters.open[0].load(), 0);
  EXPECT_EQ(counters.dropped.load(), 0);
}

TEST_F(ShardTest, SnapshotsAreSentAtOnceAndOnChange) {
  make_shard(one_running_job());
  auto [client, socket] = connect();
  shard->open_snapshots(std::move(socket), StreamKind::all, greeting(), {SnapshotKind::summary, 10, {}});
  client.read_until_event("status 10");
  EXPECT_THAT(client.payload(), HasSubstr("\"type\":\"status_summary\",\"summary\":{\"total_jobs\":1,"));
  publish({progress(11)});
  client.read_until_event("status 11");
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 10", "status 11"));
}

TEST_F(ShardTest, ADeltaStreamOpensWithASnapshotAndTellsEveryEvent) {
  make_shard(one_running_job());
  auto [client, socket] = connect();
  shard->open_delta(std::move(socket), greeting(), {SnapshotKind::dashboard, 10, {}});
  EXPECT_EQ(counters.open_delta.load(), 1);
  publish({progress(11), created(12, "b"), deleted(12, 13)});
  client.read_until_event("job 13");
  EXPECT_THAT(client.events(), ElementsAre("connection", "status_update 10", "job 11", "job 12", "job 13"));
  EXPECT_THAT(client.payload(), HasSubstr("\"server\":{\"connections\":{\"job\":0,\"all\":0,\"sse\":0,\"admin\":1}"));
  client.close();
  while (shard->open_count() > 0) run_ready();
  EXPECT_EQ(counters.open_delta.load(), 0);
  publish({progress(14)});
  run_ready();
}

}  // namespace
}  // namespace jobcast::push
