#include "jobcast/limits.hpp"

#include "shard_fixture.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// An event of the running job with a long message, which makes a frame of more than 8000 and less than 9000 bytes.
EventPtr long_event(Seq seq) {
  auto job = at_seq(make_job(1, "a"), seq, JobStatus::processing);
  job.status_description = std::string(4000, 'x');
  return make_event(EventType::moved, std::move(job), JobStatus::processing);
}

TEST_F(ShardTest, DrainClosesEveryStream) {
  make_shard(one_running_job());
  auto chosen = open(plan({"a"}));
  auto [summary, summary_socket] = connect();
  shard->open_snapshots(std::move(summary_socket), StreamKind::all, greeting(), {SnapshotKind::summary, 10, {}});
  auto [delta, delta_socket] = connect();
  shard->open_delta(std::move(delta_socket), greeting(), {SnapshotKind::dashboard, 10, {}});
  shard->drain();
  shard->drain();
  publish({moved(1, 11, JobStatus::completed)});
  for (auto* client : {&chosen, &summary, &delta}) {
    client->read_to_end();
    EXPECT_EQ(client->events().size(), 3U);
    EXPECT_EQ(client->events().back(), "close");
    EXPECT_GE(client->retry(), 1'000);
    EXPECT_LE(client->retry(), 10'000);
    EXPECT_TRUE(client->bytes().ends_with("\r\n0\r\n\r\n"));
    client->close();
  }
  while (shard->open_count() > 0) run_ready();
  EXPECT_EQ(counters.dropped.load(), 0);
}

TEST_F(ShardTest, DropsAClientForWhichTooMuchWaits) {
  make_shard(one_running_job(), {256 * 1024, 10s});
  auto [slow, socket] = connect(4096);
  shard->open_chosen(std::move(socket), StreamKind::job, greeting(), plan({"a"}));
  auto other = open(plan({"a"}));
  Seq seq = 10;
  while (counters.dropped.load() == 0 && seq < 10'000) {
    publish({long_event(++seq)});
    other.read_until_event("status " + std::to_string(seq));
    if (HasFatalFailure()) return;
  }
  EXPECT_GT((seq - 10) * 9000, 256 * 1024) << "not earlier";
  EXPECT_EQ(counters.dropped.load(), 1);
  while (shard->open_count() > 1) run_ready();
  publish({moved(1, ++seq, JobStatus::completed)});
  other.read_to_end();
  EXPECT_EQ(other.events().size(), static_cast<std::size_t>(seq - 10) + 3) << "the others have missed nothing";
}

TEST_F(ShardTest, ASlowClientThatReadsInTimeGetsEveryChange) {
  make_shard(one_running_job(), {64 * 1024 * 1024, 10s});
  auto [client, socket] = connect(4096);
  shard->open_chosen(std::move(socket), StreamKind::job, greeting(), plan({"a"}));
  for (Seq seq = 11; seq <= 60; ++seq) publish({long_event(seq)});
  run_ready();
  publish({moved(1, 61, JobStatus::completed)});
  client.read_to_end();
  const auto events = client.events();
  EXPECT_EQ(events.size(), 1U + 52U + 1U);
  EXPECT_EQ(events.back(), "finished 61");
}

TEST_F(ShardTest, ProgressGivesWayWhileTheClientIsSlow) {
  make_shard(one_running_job(), {64 * 1024 * 1024, 10s});
  auto [client, socket] = connect(4096);
  shard->open_chosen(std::move(socket), StreamKind::job, greeting(), plan({"a"}));
  for (Seq seq = 11; seq <= 60; ++seq) publish({long_event(seq)});
  run_ready();
  for (Seq seq = 61; seq <= 90; ++seq) publish({progress(seq)});
  publish({moved(1, 91, JobStatus::completed)});
  client.read_to_end();
  const auto events = client.events();
  ASSERT_GE(events.size(), 4U);
  EXPECT_THAT(std::vector<std::string>(events.end() - 4, events.end()),
              ElementsAre("status 60", "status 90", "status 91", "finished 91"));
}

TEST_F(ShardTest, AFrameThatIsBegunIsNotLeftOutForALaterOne) {
  make_shard(one_running_job(), {64 * 1024 * 1024, 10s});
  auto [client, socket] = connect(4096);
  shard->open_chosen(std::move(socket), StreamKind::job, greeting(), plan({"a"}));
  client.read_until_event("status 10");
  // More than any socket takes at once, so that its beginning alone is written.
  auto job = at_seq(make_job(1, "a"), 11, JobStatus::processing);
  job.status_description = std::string(8'000'000, 'x');
  publish({make_event(EventType::progress, job), progress(12), progress(13)});
  publish({moved(1, 14, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(),
              ElementsAre("connection", "status 10", "status 11", "status 13", "status 14", "finished 14"));
}

// Takes a second: the shard looks for stalled clients that often, by the real clock.
TEST_F(ShardTest, DropsAClientThatTakesNothing) {
  make_shard(one_running_job(), {64 * 1024 * 1024, 10s});
  shard->start();
  auto [slow, socket] = connect(4096);
  shard->open_chosen(std::move(socket), StreamKind::job, greeting(), plan({"a"}));
  for (Seq seq = 11; seq <= 60; ++seq) publish({long_event(seq)});
  run_ready();
  EXPECT_EQ(shard->open_count(), 1U);
  context.restart();
  // The kernel may take a little more yet; then the time counts anew.
  for (int i = 0; i < 1000 && counters.dropped.load() == 0; ++i) {
    clock.advance(10s);
    context.run_one();
  }
  EXPECT_EQ(counters.dropped.load(), 1);
  while (shard->open_count() > 0) run_ready();
}

TEST_F(ShardTest, WhatAClientSendsIsDiscardedUpToALimit) {
  make_shard(one_running_job());
  auto client = open(plan({"a"}));
  client.send(std::string(limits::stream_input_bytes, 'x'));
  run_ready();
  publish({progress(11)});
  client.read_until_event("status 11");
  EXPECT_EQ(shard->open_count(), 1U);
  client.send("x");
  client.read_to_end();
  EXPECT_EQ(shard->open_count(), 0U);
}

}  // namespace
}  // namespace jobcast::push
