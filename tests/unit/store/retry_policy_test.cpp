#include "store/retry_policy.hpp"

#include <chrono>
#include <gtest/gtest.h>

namespace jobcast {
namespace {

using namespace std::chrono_literals;

TEST(RetryPolicy, the_delay_doubles_up_to_thirty_seconds) {
  EXPECT_EQ(retry_delay(1, 0), 1s);
  EXPECT_EQ(retry_delay(2, 0), 2s);
  EXPECT_EQ(retry_delay(3, 0), 4s);
  EXPECT_EQ(retry_delay(4, 0), 8s);
  EXPECT_EQ(retry_delay(5, 0), 16s);
  EXPECT_EQ(retry_delay(6, 0), 30s);
  EXPECT_EQ(retry_delay(7, 0), 30s);
  EXPECT_EQ(retry_delay(1'000'000'000, 0), 30s);
}

TEST(RetryPolicy, jitter_adds_up_to_a_fifth) {
  EXPECT_EQ(retry_delay(1, 0.5), 1100ms);
  EXPECT_EQ(retry_delay(6, 0.5), 33s);
  EXPECT_LE(retry_delay(1, 0.999999), 1200ms);
  EXPECT_GE(retry_delay(1, 0.999999), 1199ms);
}

}  // namespace
}  // namespace jobcast
