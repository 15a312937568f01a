#include "base/random.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <thread>
#include <vector>

namespace jobcast {
namespace {

TEST(RandomTest, FillsAnyLength) {
  for (const std::size_t size : {0UL, 1UL, 10UL, 255UL, 256UL, 257UL, 5000UL}) {
    std::vector<std::uint8_t> bytes(size + 1, 0);
    fill_random(std::span(bytes).first(size));
    EXPECT_EQ(bytes.back(), 0) << "nothing beyond is written";
    const bool filled = std::any_of(bytes.begin(), bytes.end(), [](auto byte) { return byte != 0; });
    EXPECT_TRUE(filled || size < 255);
  }
}

TEST(RandomTest, NeverGivesTheSameBytesTwice) {
  std::set<std::vector<std::uint8_t>> seen;
  for (int i = 0; i < 100; ++i) {
    std::vector<std::uint8_t> bytes(10);
    fill_random(bytes);
    seen.insert(bytes);
  }
  // Another thread has a buffer of its own.
  std::thread([&] {
    std::vector<std::uint8_t> bytes(10);
    fill_random(bytes);
    seen.insert(bytes);
  }).join();
  EXPECT_EQ(seen.size(), 101U);
}

TEST(RandomTest, StaysWithinItsBounds) {
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(random_between(-1, 1));
    const auto unit = random_unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
  EXPECT_EQ(seen, (std::set<std::int64_t>{-1, 0, 1}));
  EXPECT_EQ(random_between(5, 5), 5);
}

TEST(RandomTest, MakesHexadecimalDigits) {
  EXPECT_EQ(random_hex(0), "");
  for (const std::size_t digits : {1UL, 32UL, 64UL, 65UL}) {
    const auto text = random_hex(digits);
    EXPECT_EQ(text.size(), digits);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos) << text;
  }
  EXPECT_NE(random_hex(32), random_hex(32));
}

}  // namespace
}  // namespace jobcast
