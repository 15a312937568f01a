#include "queue_fixture.hpp"

namespace jobcast::push {
namespace {

using testing::Optional;

using QueueViewTest = QueueTest;

TEST_F(QueueViewTest, NothingIsExpectedOfAKindWithoutHistory) {
  const auto waits = create("slow");
  const auto runs = create("slow");
  start(runs);
  EXPECT_EQ(eta(waits), std::nullopt);
  EXPECT_EQ(eta(runs), std::nullopt);
  EXPECT_FALSE(state(runs).stalled);
}

TEST_F(QueueViewTest, ARunningJobHasWhatIsLeftOfTheMean) {
  run_once("slow", 10s);
  run_once("slow", 20s);
  const auto runs = create("slow");
  start(runs);
  EXPECT_EQ(eta(runs), 15);
  advance(4'500ms);
  EXPECT_EQ(eta(runs), 11) << "rounded up";
  advance(1h);
  EXPECT_EQ(eta(runs), 0);
}

TEST_F(QueueViewTest, AJobThatCanStartAtOnceTakesItsMean) {
  run_once("slow", 10s);
  const auto first = create("slow");
  const auto second = create("slow");
  const auto third = create("slow");
  EXPECT_EQ(eta(first), 10);
  EXPECT_EQ(eta(second), 10) << "there are two workers";
  EXPECT_EQ(eta(third), 20);
}

TEST_F(QueueViewTest, WaitsForWhatIsLeftOfTheRunningJobs) {
  run_once("slow", 10s);
  const auto a = create("slow");
  const auto b = create("slow");
  const auto c = create("slow");
  const auto d = create("slow");
  start(a);
  advance(4s);
  start(b);
  EXPECT_EQ(eta(c), 16) << "a has 6 s left";
  EXPECT_EQ(eta(d), 20) << "c takes the place of a, d that of b";
}

TEST_F(QueueViewTest, MixesTheMeansOfTheKindsAhead) {
  setup.workers = 1;
  make_board({});
  run_once("slow", 60s);
  run_once("fast", 2s);
  create("slow");
  create("fast");
  create("slow");
  EXPECT_EQ(eta(create("fast")), 60 + 2 + 60 + 2);
}

TEST_F(QueueViewTest, AKindOnlyWaitsForItsOwnSlotsWhereWorkersAreFree) {
  setup = {4, {{"single", {false, 1}}, {"slow", {}}}};
  make_board({});
  run_once("single", 60s);
  run_once("slow", 5s);
  start(create("single"));
  for (int i = 0; i < 20; ++i) create("single");
  EXPECT_EQ(eta(create("single")), 60 + 20 * 60 + 60);
  EXPECT_EQ(eta(create("slow")), 5) << "twenty jobs that take one slot keep nobody else waiting";
}

TEST_F(QueueViewTest, CountsADelayFromItsTime) {
  run_once("slow", 10s);
  EXPECT_EQ(eta(create("slow", 0, now.wall + 1min)), 70);
  const auto failed = create("slow");
  start(failed);
  back_off(failed, 3s);
  EXPECT_EQ(state(failed), (QueueState{{}, 13, false}));
}

TEST_F(QueueViewTest, NothingIsExpectedWhilePausedOrWithoutHandler) {
  run_once("slow", 10s);
  const auto waits = create("slow");
  const auto runs = create("slow");
  start(runs);
  board->set_paused("slow", true);
  EXPECT_EQ(state(waits), (QueueState{1, {}, false}));
  EXPECT_EQ(eta(runs), 10) << "what runs goes on";
  board->set_paused("slow", false);
  EXPECT_EQ(eta(waits), 10);
}

TEST_F(QueueViewTest, AnExternalKindHasAsManyLanesAsRunNow) {
  run_once("outside", 30s);
  const auto next = create("outside");
  EXPECT_EQ(eta(next), 30) << "one at least";
  start(create("outside"));
  advance(10s);
  start(create("outside"));
  EXPECT_EQ(eta(next), 20 + 30);
  const auto after = create("outside");
  EXPECT_GT(eta(after), 50);
  EXPECT_LE(eta(after), 60);
}

TEST_F(QueueViewTest, ManyLanesAreSampledEvenly) {
  run_once("outside", 100s);
  std::vector<Seq> numbers;
  for (int i = 0; i < 1000; ++i) numbers.push_back(create("outside"));
  for (const auto number : numbers) {
    start(number);
    advance(100ms);
  }
  const auto next = create("outside");
  EXPECT_EQ(eta(next), 100) << "the first is just about to end";
  for (int i = 0; i < 999; ++i) create("outside");
  EXPECT_THAT(eta(create("outside")), Optional(testing::AllOf(testing::Ge(225), testing::Le(265))))
      << "1000 more after 1000 that are half done on average: 2 rounds, less a bit";
}

TEST_F(QueueViewTest, KeepsTheLast32Durations) {
  for (int i = 0; i < 10; ++i) run_once("slow", 100s);
  for (int i = 0; i < 32; ++i) run_once("slow", 2s);
  EXPECT_EQ(eta(create("slow")), 2);
}

TEST_F(QueueViewTest, FailedAndCancelledAttemptsTeachNothing) {
  const auto failed = create("slow");
  start(failed);
  advance(1h);
  back_off(failed, 1s);
  start(failed);
  advance(1h);
  end(failed, JobStatus::failed);
  const auto cancelled = create("slow");
  start(cancelled);
  advance(1h);
  end(cancelled, JobStatus::cancelled);
  EXPECT_EQ(eta(create("slow")), std::nullopt);
}

TEST_F(QueueViewTest, WallClockJumpsChangeNoRunningTime) {
  run_once("slow", 10s);
  const auto runs = create("slow");
  start(runs);
  now.wall -= 1h;
  advance(2s);
  EXPECT_EQ(eta(runs), 8);
  now.wall += 3h;
  EXPECT_EQ(eta(runs), 8);
  EXPECT_FALSE(state(runs).stalled);
}

// ---- stalled

TEST_F(QueueViewTest, StandsStillForFourTimesTheLongestThatIsUsual) {
  const auto usual = create("slow");
  start(usual);
  for (int percent = 10; percent <= 50; percent += 10) {
    advance(3s);
    report(usual, percent);
  }
  advance(1s);
  end(usual);  // 3 s between two reports at most
  const auto runs = create("slow");
  start(runs);
  advance(12s);
  EXPECT_FALSE(state(runs).stalled);
  advance(1ms);
  EXPECT_TRUE(state(runs).stalled);
  report(runs, {});
  EXPECT_TRUE(state(runs).stalled) << "a report that changes nothing is no sign of life";
  report(runs, 1);
  EXPECT_FALSE(state(runs).stalled);
  advance(11s);
  report(runs, 1, 1);
  advance(11s);
  EXPECT_FALSE(state(runs).stalled) << "a chunk is progress too";
}

TEST_F(QueueViewTest, StandsStillForFiveSecondsAtLeast) {
  run_once("slow", 10ms);
  const auto runs = create("slow");
  start(runs);
  advance(5s);
  EXPECT_FALSE(state(runs).stalled);
  advance(1ms);
  EXPECT_TRUE(state(runs).stalled);
  back_off(runs, 0s);
  EXPECT_FALSE(state(runs).stalled);
  start(runs);
  EXPECT_FALSE(state(runs).stalled) << "another attempt begins anew";
}

TEST_F(QueueViewTest, TheWaitForTheEndCountsAsUsual) {
  run_once("slow", 100s);
  const auto runs = create("slow");
  start(runs);
  advance(400s);
  EXPECT_FALSE(state(runs).stalled);
  advance(1s);
  EXPECT_TRUE(state(runs).stalled);
}

}  // namespace
}  // namespace jobcast::push
