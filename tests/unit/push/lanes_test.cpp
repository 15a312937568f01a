#include "push/lanes.hpp"

#include <gtest/gtest.h>

namespace jobcast::push {
namespace {

TEST(LanesTest, CountWhatFitsIn) {
  const Lanes lanes({5, 0, 2});
  EXPECT_DOUBLE_EQ(lanes.capacity(0), 0);
  EXPECT_DOUBLE_EQ(lanes.capacity(2), 2);
  EXPECT_DOUBLE_EQ(lanes.capacity(4), 4 + 2);
  EXPECT_DOUBLE_EQ(lanes.capacity(10), 10 + 8 + 5);
  EXPECT_DOUBLE_EQ(Lanes({4, 0}, 10).capacity(6), 80) << "each stands for ten";
}

TEST(LanesTest, WaitUntilOneIsLeftOver) {
  struct Case {
    std::vector<double> busy;
    std::vector<Demand> before;
    double wait;
  };
  const Case cases[] = {
      {{0}, {}, 0},
      {{7}, {}, 7},
      {{7, 3}, {}, 3},
      {{0}, {{10, 1}}, 10},
      {{5}, {{10, 1}}, 15},
      {{0, 0}, {{10, 1}}, 0},  // one job takes one lane
      {{0, 0}, {{20, 2}}, 10},
      {{0, 0}, {{1000, 1}}, 0},             // many jobs that may only take one lane
      {{0, 0, 0}, {{100, 1}, {30, 1}}, 0},  // two kinds that take one each
      {{0, 0}, {{100, 1}, {30, 1}}, 30},
      {{4, 4}, {{20, 2}}, 14},
      {{6, 10}, {{10, 1}}, 10},  // the one before takes the first place, and leaves the second
  };
  for (const auto& [busy, before, wait] : cases) {
    EXPECT_NEAR(wait_seconds(Lanes(busy), before), wait, 0.02) << wait;
  }
}

}  // namespace
}  // namespace jobcast::push
