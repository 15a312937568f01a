#include "base/ids.hpp"

#include <gmock/gmock.h>
#include <regex>
#include <set>

#include "support/manual_clock.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

TEST(JobIdTest, ReadsWhatItWrites) {
  ManualClock clock;
  JobIdSource source(clock);
  const std::regex ulid("[0-7][0-9A-HJKMNP-TV-Z]{25}");
  for (int i = 0; i < 1000; ++i) {
    const auto id = source.make();
    const auto text = id.to_string();
    EXPECT_TRUE(std::regex_match(text, ulid)) << text;
    EXPECT_EQ(JobId::parse(text), id);
  }
}

TEST(JobIdTest, WritesTheExtremes) {
  JobId::Bytes ones;
  ones.fill(0xff);
  EXPECT_EQ(JobId().to_string(), "00000000000000000000000000");
  EXPECT_EQ(JobId(ones).to_string(), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  EXPECT_EQ(JobId::parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), JobId(ones));
}

TEST(JobIdTest, RefusesAllButTheCanonicalForm) {
  for (const auto* text : {
           "",
           "0",
           "0000000000000000000000000",    // 25
           "000000000000000000000000000",  // 27
           "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",   // beyond 128 bits
           "01arz3ndektsv4rrffq69g5fav",   // lower case
           "01ARZ3NDEKTSV4RRFFQ69G5FAI",   // I, L, O, U are no digits
           "01ARZ3NDEKTSV4RRFFQ69G5FAL",
           "01ARZ3NDEKTSV4RRFFQ69G5FAO",
           "01ARZ3NDEKTSV4RRFFQ69G5FAU",
           "01ARZ3NDEKTSV4RRFFQ69G5FA ",
           "01ARZ3NDEKTSV4RRFFQ69G5F-V",
           "01ARZ3NDEKTSV4RRFFQ69G5F\xc3\xa9",
       }) {
    EXPECT_FALSE(JobId::parse(text)) << text;
  }
  EXPECT_TRUE(JobId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
}

TEST(JobIdSourceTest, BeginsWithTheMillisecond) {
  // The example of the ULID specification.
  ManualClock clock(ManualClock::WallTime(1469922850259ms));
  JobIdSource source(clock);
  EXPECT_THAT(source.make().to_string(), testing::StartsWith("01ARZ3NDEK"));
}

TEST(JobIdSourceTest, KeepsTheOrderWithinOneMicrosecond) {
  ManualClock clock;
  JobIdSource source(clock);
  auto last = source.make();
  for (int i = 0; i < 5000; ++i) {
    if (i % 100 == 0) clock.advance(50us);
    const auto id = source.make();
    ASSERT_LT(last, id);
    ASSERT_LT(last.to_string(), id.to_string());
    last = id;
  }
}

TEST(JobIdSourceTest, KeepsTheOrderWhileTheClockIsALittleBehind) {
  ManualClock clock;
  JobIdSource source(clock);
  const auto before = source.make();
  clock.set(clock.now() - 900ms);
  EXPECT_LT(before, source.make());
}

TEST(JobIdSourceTest, FollowsAClockThatWasSetBackForLong) {
  ManualClock clock;
  JobIdSource source(clock);
  const auto before = source.make();
  clock.set(clock.now() - 24h);
  EXPECT_GT(before, source.make());
}

TEST(JobIdSourceTest, HasFreshRandomBitsEachTime) {
  ManualClock clock;
  JobIdSource source(clock);
  std::set<std::string> tails;
  for (int i = 0; i < 1000; ++i) tails.insert(source.make().to_string().substr(13));
  EXPECT_EQ(tails.size(), 1000U);
}

}  // namespace
}  // namespace jobcast
