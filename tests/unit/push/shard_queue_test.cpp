#include <algorithm>
#include <nlohmann/json.hpp>

#include "jobcast/limits.hpp"

#include "shard_fixture.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ShardQueueTest : public ShardTest {
 protected:
  /// External jobs 1 to 3 of the names "a", "b", "c" wait.
  void SetUp() override {
    StoreSnapshot snapshot;
    for (Seq seq = 1; seq <= 3; ++seq) {
      snapshot.active.push_back(waiting(seq));
      snapshot.newest.insert(snapshot.newest.begin(), waiting(seq));
    }
    snapshot.counts[JobStatus::pending] = 3;
    snapshot.head = 10;
    snapshot.log.after = 10;
    snapshot.first = 1;
    make_shard(snapshot);
  }

  static Job waiting(Seq number) {
    auto job = make_job(number, std::string(1, static_cast<char>('a' + number - 1)));
    job.kind = "external";
    job.external = true;
    return job;
  }

  static EventPtr external_event(EventType type, Seq number, Seq seq, JobStatus status) {
    return make_event(type, at_seq(waiting(number), seq, status));
  }

  void move(Seq number, Seq seq, JobStatus status) {
    publish({external_event(EventType::moved, number, seq, status)});
    run_ready();
  }

  /// A second passes, and the client reads what it is told.
  std::vector<nlohmann::json> tick(StreamClient& client) {
    const auto before = client.payload().size();
    clock.advance(1s);
    shard->tell_queue();
    client.read_some();
    return queue_events(client.payload().substr(before));
  }

  static std::vector<nlohmann::json> queue_events(const std::string& payload) {
    std::vector<nlohmann::json> found;
    const std::string begin = "event: queue\ndata: ";
    for (auto at = payload.find(begin); at != std::string::npos; at = payload.find(begin, at + 1)) {
      const auto line = at + begin.size();
      found.push_back(nlohmann::json::parse(payload.substr(line, payload.find('\n', line) - line)));
    }
    return found;
  }

  /// What the client is told where its stream opens, of so many jobs.
  static std::vector<nlohmann::json> at_first(StreamClient& client, std::size_t jobs) {
    client.read_until([&] { return queue_events(client.payload()).size() >= jobs; });
    return queue_events(client.payload());
  }

  static std::vector<nlohmann::json> positions_in(const std::vector<nlohmann::json>& events) {
    std::vector<nlohmann::json> all;
    for (const auto& event : events) all.push_back(event.at("queue_position"));
    return all;
  }

  std::vector<nlohmann::json> positions(StreamClient& client) { return positions_in(tick(client)); }
};

TEST_F(ShardQueueTest, TellsTheWatchersOfAWaitingJobItsPosition) {
  auto client = open(plan({"c"}));
  const auto first = at_first(client, 1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0], (nlohmann::json{{"type", "queue"},
                                      {"id", make_id(3).to_string()},
                                      {"queue_position", 3},
                                      {"eta_seconds", nullptr},
                                      {"stalled", false},
                                      {"timestamp", "2026-01-01T00:00:00.000Z"}}));
  EXPECT_THAT(positions(client), IsEmpty()) << "nothing has changed";
  move(1, 11, JobStatus::cancelled);
  EXPECT_THAT(positions(client), ElementsAre(2));
  move(2, 12, JobStatus::processing);
  EXPECT_THAT(positions(client), ElementsAre(1));
  move(3, 13, JobStatus::processing);
  EXPECT_THAT(positions(client), ElementsAre(nullptr));
  EXPECT_THAT(positions(client), IsEmpty());
}

TEST_F(ShardQueueTest, TellsAWatcherOfSeveralJobsOfEachOnce) {
  auto client = open(plan({"c", make_id(1), make_id(3)}));
  EXPECT_THAT(positions_in(at_first(client, 2)), UnorderedElementsAre(1, 3));
  EXPECT_THAT(positions(client), IsEmpty());
}

TEST_F(ShardQueueTest, TellsNothingOfARunningJobOfWhichNothingIsKnown) {
  move(1, 11, JobStatus::processing);
  auto client = open(plan({"a", "c"}));
  EXPECT_THAT(positions_in(at_first(client, 1)), ElementsAre(2));
  EXPECT_THAT(tick(client), IsEmpty());
}

TEST_F(ShardQueueTest, TellsAStreamThatOpensLaterTooAndTheOthersNothing) {
  auto early = open(plan({"b"}));
  EXPECT_THAT(positions_in(at_first(early, 1)), ElementsAre(2));
  auto late = open(plan({"b"}));
  EXPECT_THAT(positions_in(at_first(late, 1)), ElementsAre(2));
  EXPECT_THAT(positions(late), IsEmpty());
  EXPECT_THAT(positions(early), IsEmpty());
}

TEST_F(ShardQueueTest, TellsOfARetryOfAStallAndOfNothingAfterTheEnd) {
  auto client = open(plan({"a", "b"}));
  at_first(client, 2);
  move(1, 11, JobStatus::processing);
  move(1, 12, JobStatus::completed);
  move(2, 13, JobStatus::processing);
  auto told = tick(client);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("eta_seconds"), 0) << "the one before it took no time";
  clock.advance(4s);
  EXPECT_THAT(tick(client), testing::SizeIs(1)) << "six seconds";
  publish({external_event(EventType::moved, 2, 14, JobStatus::pending)});
  run_ready();
  EXPECT_THAT(positions(client), ElementsAre(1));
  move(2, 15, JobStatus::cancelled);
  client.read_to_end();
  clock.advance(1s);
  shard->tell_queue();
  const auto events = client.events();
  EXPECT_EQ(events.back(), "finished 15");
}

TEST_F(ShardQueueTest, TellsOfAPause) {
  auto client = open(plan({"a"}));
  at_first(client, 1);
  move(2, 11, JobStatus::processing);
  clock.advance(10s);
  move(2, 12, JobStatus::completed);
  auto told = tick(client);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("eta_seconds"), 10);
  shard->set_paused("external", true);
  run_ready();
  told = tick(client);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("eta_seconds"), nullptr);
}

TEST_F(ShardQueueTest, AStreamThatCatchesUpHearsOfTheQueueWhenItIsLive) {
  log.hold = true;
  StoreSnapshot snapshot;
  snapshot.newest = {waiting(1)};
  snapshot.active = {waiting(1)};
  snapshot.head = 10;
  snapshot.log.after = 10;
  snapshot.first = 20;
  make_shard(snapshot);
  log.events = {external_event(EventType::moved, 1, 10, JobStatus::pending)};
  log.opening.targets = {{waiting(1), {}, 1}};
  log.opening.head = 10;
  log.opening.after_is_known = true;
  std::optional<OpeningPlan> planned;
  shard->plan({"a"}, 5, [&](result<OpeningPlan> plan) { planned = std::move(plan.value()); });
  log.release();
  while (!planned) run_ready();
  auto client = open(std::move(*planned));
  EXPECT_THAT(tick(client), IsEmpty());
  log.release();
  run_ready();
  EXPECT_THAT(positions_in(at_first(client, 1)), ElementsAre(1));
}

TEST_F(ShardQueueTest, OnlyTheNewestWaitsForASlowClient) {
  shard.reset();
  StoreSnapshot snapshot;
  snapshot.newest = {running_job()};
  snapshot.active = {running_job()};
  snapshot.head = 10;
  snapshot.log.after = 10;
  snapshot.first = 5;
  make_shard(snapshot, {64 * 1024 * 1024, 10s});
  auto [client, socket] = connect(4096);
  shard->open_chosen(std::move(socket), StreamKind::job, greeting(), plan({"a"}));
  const auto fill = [&](Seq first) {
    for (Seq seq = first; seq < first + 20; ++seq) {
      auto job = at_seq(make_job(1, "a"), seq, JobStatus::processing);
      job.status_description = std::string(20'000, 'x');
      publish({make_event(EventType::moved, std::move(job), JobStatus::processing)});
    }
    run_ready();
  };
  fill(11);
  for (Seq seq = 31; seq < 41; ++seq) {
    publish({moved(1, seq, seq % 2 == 0 ? JobStatus::processing : JobStatus::pending)});
    run_ready();
    clock.advance(1s);
    shard->tell_queue();
  }
  publish({moved(1, 41, JobStatus::completed)});
  client.read_to_end();
  const auto events = client.events();
  EXPECT_EQ(std::count(events.begin(), events.end(), "queue"), 1);
  EXPECT_THAT(std::vector<std::string>(events.end() - 4, events.end()),
              ElementsAre("status 40", "queue", "status 41", "finished 41"));
  EXPECT_EQ(counters.dropped.load(), 0);
}

}  // namespace
}  // namespace jobcast::push
