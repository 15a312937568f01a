#include <algorithm>

#include "shard_fixture.hpp"

namespace jobcast::push {
namespace {

using testing::ElementsAre;

TEST_F(ShardTest, WhatIsCommittedBetweenThePlanAndTheOpeningIsNotLost) {
  make_shard(one_running_job());
  auto planned = plan({"a"});
  publish({progress(11), progress(12)});
  run_ready();
  auto client = open(std::move(planned));
  publish({moved(1, 13, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(),
              ElementsAre("connection", "status 10", "status 11", "status 12", "status 13", "finished 13"));
}

TEST_F(ShardTest, AnEndBetweenThePlanAndTheOpeningEndsTheStream) {
  make_shard(one_running_job());
  auto planned = plan({"a"});
  publish({moved(1, 11, JobStatus::completed)});
  run_ready();
  auto client = open(std::move(planned));
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 10", "status 11", "finished 11"));
}

TEST_F(ShardTest, ALogThatIsAheadOfTheShardTellsNothingTwice) {
  make_shard(one_running_job());
  log.opening.targets = {{at_seq(running_job(), 12, JobStatus::processing), {}, 1}};
  log.opening.head = 12;
  auto client = open(plan({"a"}, 3));  // a number of another start: the log is asked
  publish({progress(11), progress(12), moved(1, 13, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "gap", "status 12", "status 13", "finished 13"));
}

TEST_F(ShardTest, AnAnswerOfTheLogThatComesLateIsCaughtUp) {
  make_shard(one_running_job());
  log.hold = true;
  log.opening.targets = {{running_job(), {}, 1}};
  log.opening.head = 10;
  std::optional<OpeningPlan> planned;
  shard->plan({"a"}, 3, [&](result<OpeningPlan> plan) { planned = std::move(plan.value()); });
  publish({progress(11)});
  run_ready();
  EXPECT_FALSE(planned);
  log.release();
  publish({progress(12)});
  while (!planned) run_ready();
  auto client = open(std::move(*planned));
  publish({moved(1, 13, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(),
              ElementsAre("connection", "gap", "status 10", "status 11", "status 12", "status 13", "finished 13"));
}

TEST_F(ShardTest, ResumesFromMemory) {
  make_shard(one_running_job());
  publish({progress(11), progress(12), progress(13)});
  run_ready();
  auto client = open(plan({"a"}, 11));
  publish({moved(1, 14, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 12", "status 13", "status 14", "finished 14"));
  EXPECT_EQ(log.openings + log.replays, 0);
}

TEST_F(ShardTest, AResumedNameTellsTheEndOfTheJobThatHadIt) {
  make_shard(one_running_job());
  publish({moved(1, 11, JobStatus::completed), created(12)});
  run_ready();
  auto client = open(plan({"a"}, 10));
  publish({moved(12, 13, JobStatus::failed)});
  client.read_to_end();
  EXPECT_THAT(client.events(),
              ElementsAre("connection", "status 11", "finished 11", "status 12", "queue", "status 13", "finished 13"));
}

TEST_F(ShardTest, AResumedNameTellsTheDeletionOfTheJobThatHadIt) {
  make_shard(one_running_job());
  publish({moved(1, 11, JobStatus::completed), deleted(1, 12), created(13)});
  run_ready();
  auto client = open(plan({"a"}, 11));
  publish({moved(13, 14, JobStatus::failed)});
  client.read_to_end();
  EXPECT_THAT(client.events(),
              ElementsAre("connection", "deleted 12", "status 13", "queue", "status 14", "finished 14"));
}

TEST_F(ShardTest, AResumedNameTellsTheDeletionEvenWhereAnOlderJobHasTheNameAgain) {
  auto snapshot = one_running_job();
  snapshot.newest[0].status = JobStatus::completed;
  make_shard(snapshot);
  publish({created(11), deleted(11, 12)});
  run_ready();
  auto planned = plan({"a"}, 11);
  ASSERT_EQ(planned.kind, OpeningKind::stream) << "the client has not heard of the deletion";
  auto client = open(std::move(planned));
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "deleted 12"));
  EXPECT_EQ(plan({"a"}, 12).kind, OpeningKind::no_content);
}

/// The events of a job that came long before this start: 2 to `last`, and those of another job between.
std::vector<EventPtr> long_log(Seq last) {
  std::vector<EventPtr> events;
  for (Seq seq = 2; seq <= last; ++seq) {
    const bool other = seq % 10 == 0;
    events.push_back(make_event(EventType::moved,
                                at_seq(other ? make_job(7, "other") : make_job(1, "a"), seq, JobStatus::processing)));
  }
  return events;
}

class ReplayTest : public ShardTest {
 protected:
  static constexpr Seq head = 999;

  ReplayTest() {
    log.events = long_log(head);
    StoreSnapshot snapshot;
    snapshot.newest = {at_seq(make_job(1, "a"), head, JobStatus::processing)};
    snapshot.counts[JobStatus::processing] = 2;
    snapshot.head = head;
    snapshot.first = head + 1;
    snapshot.log.after = head;
    make_shard(snapshot);
    log.opening.targets = {{snapshot.newest[0], {}, 1}};
    log.opening.head = head;
    log.opening.after_is_known = true;
  }

  static std::vector<std::string> told(Seq after, Seq last) {
    std::vector<std::string> names = {"connection"};
    for (Seq seq = after + 1; seq <= last; ++seq) {
      if (seq % 10 != 0 || seq > head) names.push_back("status " + std::to_string(seq));
    }
    names.push_back("finished " + std::to_string(last));
    return names;
  }
};

TEST_F(ReplayTest, ReadsTheLogInWindowsAndGoesOnLive) {
  auto client = open(plan({"a"}, 100));
  client.read_until_event("status 999");
  publish({moved(1, 1000, JobStatus::processing), moved(1, 1001, JobStatus::completed)});
  client.read_to_end();
  EXPECT_EQ(client.events(), told(100, 1001));
  EXPECT_GE(log.replays, 4);
}

TEST_F(ReplayTest, NothingIsLostOrDoubledBetweenWindows) {
  auto planned = plan({"a"}, 100);
  log.hold = true;
  auto client = open(std::move(planned));
  Seq seq = head;
  while (log.held() > 0) {
    EXPECT_EQ(log.held(), 1U) << "one window at a time";
    publish({moved(1, ++seq, JobStatus::processing)});
    run_ready();
    log.release();
    publish({moved(1, ++seq, JobStatus::processing)});
    run_ready();
  }
  publish({moved(1, ++seq, JobStatus::completed)});
  client.read_to_end();
  EXPECT_EQ(client.events(), told(100, seq));
}

TEST_F(ReplayTest, AnEndInTheMiddleOfTheReplayEndsNothing) {
  auto events = long_log(head);
  auto middle = std::make_shared<JobEvent>(*events[200]);
  middle->job.status = JobStatus::failed;
  log.events[200] = middle;
  auto client = open(plan({"a"}, 100));
  client.read_until_event("status 999");
  publish({moved(1, 1000, JobStatus::completed)});
  client.read_to_end();
  auto expected = told(100, 1000);
  const auto at = std::find(expected.begin(), expected.end(), "status " + std::to_string(middle->job.seq));
  expected.insert(at + 1, "finished " + std::to_string(middle->job.seq));
  EXPECT_EQ(client.events(), expected);
}

TEST_F(ReplayTest, ALogThatCantBeReadEndsTheStreamWithoutAFinish) {
  log.failure = Error{errc::storage_unavailable, "no database"};
  auto client = open(plan({"a"}, 100));
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection"));
}

TEST_F(ReplayTest, AClientThatLeavesMeanwhileIsForgotten) {
  auto planned = plan({"a"}, 100);
  log.hold = true;
  auto client = open(std::move(planned));
  ASSERT_EQ(log.held(), 1U);
  client.close();
  while (shard->open_count() > 0) run_ready();
  log.release();
  run_ready();
  EXPECT_EQ(log.replays, 1);
}

TEST_F(ReplayTest, StreamsThatMissTheSameShareWhatIsRead) {
  std::vector<OpeningPlan> plans;
  log.hold = true;
  for (int i = 0; i < 10; ++i) {
    shard->plan({"a"}, 900, [&](result<OpeningPlan> plan) { plans.push_back(std::move(plan.value())); });
  }
  // Who asks while the log is asked already gets an answer of his own time: all of those one together.
  while (log.held() > 0) {
    log.release();
    run_ready();
  }
  ASSERT_EQ(plans.size(), 10U);
  EXPECT_EQ(log.openings, 2);
  std::vector<StreamClient> clients;
  for (auto& plan : plans) clients.push_back(open(std::move(plan)));
  while (log.held() > 0) {
    log.release();
    run_ready();
  }
  EXPECT_EQ(log.replays, 2);
  publish({moved(1, 1000, JobStatus::completed)});
  for (auto& client : clients) {
    client.read_to_end();
    EXPECT_EQ(client.events(), told(900, 1000));
  }
}

TEST_F(ShardTest, AfterARestartTheLastEventsAreInMemory) {
  auto snapshot = one_running_job();
  snapshot.head = 4;
  snapshot.newest[0].seq = 4;
  snapshot.log.after = 1;
  snapshot.log.ranges = {{1, 4}};
  for (Seq seq = 2; seq <= 4; ++seq) snapshot.log.events.push_back(progress(seq));
  make_shard(snapshot);
  auto client = open(plan({"a"}, 2));
  publish({moved(1, 5, JobStatus::completed)});
  client.read_to_end();
  EXPECT_THAT(client.events(), ElementsAre("connection", "status 3", "status 4", "status 5", "finished 5"));
  EXPECT_EQ(log.openings + log.replays, 0) << "nothing was asked of the database";
}

TEST_F(ShardTest, ANumberBetweenTheRangesIsLeftToTheLog) {
  auto snapshot = one_running_job();
  snapshot.log.after = 1;
  snapshot.log.ranges = {{1, 2}};
  make_shard(snapshot);
  log.opening.targets = {{running_job(), {}, 1}};
  log.opening.head = 10;
  auto client = open(plan({"a"}, 4));
  client.read_until_event("status 10");
  EXPECT_THAT(client.events(), ElementsAre("connection", "gap", "status 10"));
  EXPECT_EQ(log.openings, 1);
}

}  // namespace
}  // namespace jobcast::push
