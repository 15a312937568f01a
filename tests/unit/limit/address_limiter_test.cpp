#include "limit/address_limiter.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace jobcast::limit {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t now = 3'600'000 * millisecond;
constexpr std::chrono::steady_clock::time_point start{1h};

/// A bucket at hand, as the function under test keeps it.
struct Bucket {
  std::int64_t full_at = 0;

  std::chrono::nanoseconds take(const Rate& rate, std::int64_t time) {
    const auto step = take_token(full_at, rate, time);
    full_at = step.full_at;
    return step.wait;
  }

  /// How many tokens there are at once.
  int take_all(const Rate& rate, std::int64_t time) {
    int taken = 0;
    while (taken < 1000 && take(rate, time) == 0s) ++taken;
    return taken;
  }
};

boost::asio::ip::address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

TEST(TakeTokenTest, GivesABurstAndThenTheRate) {
  Bucket bucket;
  const Rate rate{10, 5};
  EXPECT_EQ(bucket.take_all(rate, now), 5);
  EXPECT_EQ(bucket.take(rate, now), 100ms);
  EXPECT_EQ(bucket.take(rate, now + 60 * millisecond), 40ms) << "a refused take costs nothing";
  EXPECT_EQ(bucket.take_all(rate, now + 100 * millisecond), 1);
  EXPECT_EQ(bucket.take_all(rate, now + 400 * millisecond), 3);
}

TEST(TakeTokenTest, NeverHoldsMoreThanTheBurst) {
  Bucket bucket;
  const Rate rate{10, 5};
  EXPECT_EQ(bucket.take_all(rate, now), 5);
  EXPECT_EQ(bucket.take_all(rate, 24 * now), 5);
}

TEST(TakeTokenTest, ABurstBelowOneIsOne) {
  for (const double burst : {0.0, 0.5, 1.0}) {
    Bucket bucket;
    EXPECT_EQ(bucket.take_all({1, burst}, now), 1) << burst;
    EXPECT_EQ(bucket.take({1, burst}, now), 1s);
  }
}

TEST(TakeTokenTest, TakesRatesFarBelowOneASecond) {
  Bucket bucket;
  const Rate rate{0.1, 2};
  EXPECT_EQ(bucket.take_all(rate, now), 2);
  EXPECT_EQ(bucket.take(rate, now + 4000 * millisecond), 6s);
}

TEST(AddressLimiterTest, CountsRequestsOfEachAddress) {
  AddressLimiter limiter({{10, 2}, 0});
  EXPECT_EQ(limiter.take_request(address("192.0.2.1"), start), 0s);
  EXPECT_EQ(limiter.take_request(address("192.0.2.1"), start), 0s);
  EXPECT_EQ(limiter.take_request(address("192.0.2.1"), start), 100ms);
  EXPECT_EQ(limiter.take_request(address("192.0.2.2"), start), 0s) << "another client";
  EXPECT_EQ(limiter.take_request(address("192.0.2.1"), start + 100ms), 0s);
}

TEST(AddressLimiterTest, CountsOneClientHoweverItsAddressIsWritten) {
  struct Case {
    const char* first;
    const char* second;
    bool same;
  };
  for (const auto& [first, second, same] : {
           Case{"192.0.2.1", "::ffff:192.0.2.1", true},
           Case{"2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true},
           Case{"2001:db8:0:1::1", "2001:db8:0:2::1", false},
           Case{"192.0.2.1", "192.0.2.2", false},
       }) {
    AddressLimiter limiter({{1, 1}, 0});
    EXPECT_EQ(limiter.take_request(address(first), start), 0s);
    EXPECT_EQ(limiter.take_request(address(second), start) > 0s, same) << first << ' ' << second;
  }
}

TEST(AddressLimiterTest, WithoutARateNothingWaits) {
  AddressLimiter limiter({{0, 0}, 0});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.take_request(address("192.0.2.1"), start), 0s);
}

TEST(AddressLimiterTest, CountsConnectionsWhileTheirPermitsLive) {
  AddressLimiter limiter({{0, 0}, 2});
  auto first = limiter.admit_connection(address("192.0.2.1"), start);
  auto second = limiter.admit_connection(address("192.0.2.1"), start);
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(limiter.admit_connection(address("192.0.2.1"), start));
  EXPECT_TRUE(limiter.admit_connection(address("192.0.2.2"), start));
  first.reset();
  first = limiter.admit_connection(address("192.0.2.1"), start);
  EXPECT_TRUE(first);
  EXPECT_FALSE(limiter.admit_connection(address("192.0.2.1"), start)) << "a refused one is not counted";
}

TEST(AddressLimiterTest, WithoutALimitEveryConnectionIsAdmitted) {
  AddressLimiter limiter({{0, 0}, 0});
  std::vector<std::shared_ptr<void>> permits;
  for (int i = 0; i < 1000; ++i) permits.push_back(limiter.admit_connection(address("192.0.2.1"), start));
  for (const auto& permit : permits) EXPECT_TRUE(permit);
}

TEST(AddressLimiterTest, ForgetsIdleAddresses) {
  AddressLimiter limiter({{1, 1}, 0});
  const auto held = address("192.0.2.1");
  auto time = start;
  // Many more addresses than there are places; each is idle again before the next comes.
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    time += 2s;
    const auto client = boost::asio::ip::address(boost::asio::ip::address_v4(0x0a000000U + i));
    ASSERT_EQ(limiter.take_request(client, time), 0s) << i;
  }
  EXPECT_EQ(limiter.take_request(held, time), 0s);
}

}  // namespace
}  // namespace jobcast::limit
