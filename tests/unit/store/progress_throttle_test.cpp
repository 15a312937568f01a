#include "store/progress_throttle.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using Time = ProgressThrottle::Time;

constexpr Time start{1h};

JobId id(std::uint8_t number) {
  JobId::Bytes bytes{};
  bytes[15] = number;
  return JobId(bytes);
}

Progress percent(int value) {
  Progress progress;
  progress.percent = value;
  return progress;
}

TEST(ProgressThrottle, rate_0_lets_all_through) {
  ProgressThrottle throttle(0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(throttle.report(id(1), percent(i), start)->percent, i);
  EXPECT_EQ(throttle.next_due(), std::nullopt);
}

TEST(ProgressThrottle, the_first_goes_and_the_next_wait_for_the_interval) {
  ProgressThrottle throttle(10);
  EXPECT_TRUE(throttle.report(id(1), percent(1), start));
  EXPECT_FALSE(throttle.report(id(1), percent(2), start + 1ms));
  EXPECT_FALSE(throttle.report(id(1), percent(3), start + 99ms));
  EXPECT_EQ(throttle.next_due(), start + 100ms);
  EXPECT_THAT(throttle.due(start + 99ms), IsEmpty());
  EXPECT_THAT(throttle.due(start + 100ms), ElementsAre(id(1)));
  EXPECT_EQ(throttle.take(id(1), start + 100ms)->percent, 3);
  EXPECT_EQ(throttle.next_due(), std::nullopt);
  EXPECT_FALSE(throttle.report(id(1), percent(4), start + 150ms)) << "counted from the deferred event";
  EXPECT_EQ(throttle.next_due(), start + 200ms);
}

TEST(ProgressThrottle, a_report_after_the_interval_takes_along_what_waited) {
  ProgressThrottle throttle(10);
  throttle.report(id(1), percent(1), start);
  Progress message;
  message.message = "half";
  message.total_chunks = 8;
  throttle.report(id(1), message, start + 10ms);
  const auto now = throttle.report(id(1), percent(60), start + 120ms);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->percent, 60);
  EXPECT_EQ(now->message, "half");
  EXPECT_EQ(now->total_chunks, 8);
  EXPECT_EQ(throttle.next_due(), std::nullopt);
}

TEST(ProgressThrottle, of_each_field_the_latest_waits) {
  ProgressThrottle throttle(10);
  throttle.report(id(1), percent(1), start);
  Progress first;
  first.percent = 10;
  first.message = "first";
  first.processed_chunks = 1;
  throttle.report(id(1), first, start);
  Progress second;
  second.percent = 20;
  second.processed_chunks = 2;
  throttle.report(id(1), second, start);
  const auto* waiting = throttle.waiting(id(1));
  ASSERT_NE(waiting, nullptr);
  EXPECT_EQ(waiting->percent, 20);
  EXPECT_EQ(waiting->message, "first");
  EXPECT_EQ(waiting->processed_chunks, 2);
}

TEST(ProgressThrottle, finish_gives_what_waits_and_forgets) {
  ProgressThrottle throttle(10);
  EXPECT_EQ(throttle.finish(id(1)), std::nullopt);
  throttle.report(id(1), percent(1), start);
  throttle.report(id(1), percent(2), start);
  EXPECT_EQ(throttle.finish(id(1))->percent, 2);
  EXPECT_EQ(throttle.waiting(id(1)), nullptr);
  EXPECT_EQ(throttle.next_due(), std::nullopt);
  EXPECT_TRUE(throttle.report(id(1), percent(3), start)) << "a new attempt";
}

TEST(ProgressThrottle, jobs_fall_due_in_the_order_of_their_times) {
  ProgressThrottle throttle(10);
  for (std::uint8_t i = 3; i > 0; --i) {
    throttle.report(id(i), percent(0), start + 10ms * (3 - i));
    throttle.report(id(i), percent(1), start + 30ms);
  }
  EXPECT_EQ(throttle.next_due(), start + 100ms);
  EXPECT_THAT(throttle.due(start + 110ms), ElementsAre(id(3), id(2)));
  EXPECT_THAT(throttle.all_waiting(), ElementsAre(id(3), id(2), id(1)));
}

TEST(ProgressThrottle, what_is_undone_was_never_there) {
  ProgressThrottle throttle(10);
  throttle.report(id(1), percent(1), start);
  throttle.report(id(1), percent(2), start);
  throttle.keep();
  const auto mark = throttle.mark();
  throttle.take(id(1), start + 100ms);
  throttle.report(id(2), percent(1), start + 100ms);
  throttle.report(id(1), percent(9), start + 110ms);
  const auto middle = throttle.mark();
  throttle.finish(id(1));
  throttle.undo_to(middle);
  EXPECT_EQ(throttle.waiting(id(1))->percent, 9);
  throttle.undo_to(mark);
  EXPECT_EQ(throttle.waiting(id(1))->percent, 2);
  EXPECT_EQ(throttle.next_due(), start + 100ms);
  EXPECT_TRUE(throttle.report(id(2), percent(1), start)) << "the second job was forgotten";
}

TEST(ProgressThrottle, whatever_is_reported_the_rate_holds_and_the_last_value_arrives_in_time) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    ProgressThrottle throttle(10);
    std::optional<Time> last_event;
    int told = -1;
    int reported = -1;
    Time reported_at;
    Time now = start;
    const auto event = [&](const Progress& progress) {
      EXPECT_TRUE(!last_event || now - *last_event >= 100ms);
      last_event = now;
      told = *progress.percent;
    };
    for (int step = 0; step < 60; ++step) {
      now += std::chrono::milliseconds(random() % 40);
      while (const auto due = throttle.next_due()) {
        if (*due > now) break;
        if (const auto taken = throttle.take(id(1), now)) event(*taken);
      }
      EXPECT_TRUE(told == reported || now - reported_at < 140ms);
      if (random() % 3 == 0) continue;
      reported = step;
      reported_at = now;
      if (const auto at_once = throttle.report(id(1), percent(step), now)) event(*at_once);
    }
    if (const auto rest = throttle.finish(id(1))) told = *rest->percent;
    EXPECT_EQ(told, reported);
  }
}

}  // namespace
}  // namespace jobcast
