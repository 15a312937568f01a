#include "metrics/histogram.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jobcast::metrics {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr std::array<double, 3> bounds{0.001, 0.01, 1};

TEST(HistogramTest, BeginsEmpty) {
  const auto state = Histogram(bounds).state();
  EXPECT_THAT(state.bounds, ElementsAre(0.001, 0.01, 1));
  EXPECT_THAT(state.cumulative, ElementsAre(0, 0, 0));
  EXPECT_EQ(state.count, 0U);
  EXPECT_EQ(state.sum_seconds, 0);
}

TEST(HistogramTest, CountsEachInItsBucketAndInAllLargerOnes) {
  Histogram histogram(bounds);
  for (const auto time : {0ns, 1'000'000ns, 1'000'001ns, 500'000'000ns, 3'000'000'000ns}) histogram.observe(time);
  const auto state = histogram.state();
  EXPECT_THAT(state.cumulative, ElementsAre(2, 3, 4)) << "a bound belongs to its bucket";
  EXPECT_EQ(state.count, 5U);
  EXPECT_NEAR(state.sum_seconds, 3.502, 1e-6);
}

}  // namespace
}  // namespace jobcast::metrics
