#include "base/time_text.hpp"

#include <gtest/gtest.h>

namespace jobcast {
namespace {

TEST(TimeTextTest, ReadsWhatItWrites) {
  struct Case {
    std::int64_t milliseconds;
    std::string_view text;
  };
  for (const auto& [milliseconds, text] : {
           Case{0, "1970-01-01T00:00:00.000Z"},
           Case{-1, "1969-12-31T23:59:59.999Z"},
           Case{1'795'466'580'123, "2026-11-23T20:43:00.123Z"},
           Case{951'782'400'007, "2000-02-29T00:00:00.007Z"},
           Case{253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
           Case{-62'167'219'200'000, "0000-01-01T00:00:00.000Z"},
       }) {
    const Timestamp time{std::chrono::milliseconds(milliseconds)};
    EXPECT_EQ(to_text(time), text);
    EXPECT_EQ(parse_timestamp(text), time) << text;
  }
}

TEST(TimeTextTest, AppendsToWhatIsThere) {
  std::string out = "at ";
  append_text(out, Timestamp{});
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.000Z");
}

TEST(TimeTextTest, ReadsOtherFormsOfTheSameMoment) {
  struct Case {
    std::string_view text;
    std::string_view same;
  };
  for (const auto& [text, same] : {
           Case{"2026-11-23T20:43:00Z", "2026-11-23T20:43:00.000Z"},
           Case{"2026-11-23t20:43:00z", "2026-11-23T20:43:00.000Z"},
           Case{"2026-11-23 20:43:00Z", "2026-11-23T20:43:00.000Z"},
           Case{"2026-11-23T20:43:00.1Z", "2026-11-23T20:43:00.100Z"},
           Case{"2026-11-23T20:43:00.1239999999Z", "2026-11-23T20:43:00.123Z"},
           Case{"2026-11-23T20:43:00+00:00", "2026-11-23T20:43:00.000Z"},
           Case{"2026-11-23T22:43:00+02:00", "2026-11-23T20:43:00.000Z"},
           Case{"2026-11-24T02:13:00+05:30", "2026-11-23T20:43:00.000Z"},
           Case{"2026-11-23T15:43:00.5-05:00", "2026-11-23T20:43:00.500Z"},
           Case{"2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000Z"},
       }) {
    const auto read = parse_timestamp(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_text(*read), same) << text;
  }
}

TEST(TimeTextTest, RefusesAllElse) {
  for (const auto* text : {
           "",
           "2026",
           "2026-11-23",
           "2026-11-23T20:43:00",        // no offset
           "2026-11-23T20:43Z",          // no seconds
           "2026-02-29T00:00:00Z",       // no leap year
           "2100-02-29T00:00:00Z",       //
           "2026-04-31T00:00:00Z",       //
           "2026-00-01T00:00:00Z",       //
           "2026-13-01T00:00:00Z",       //
           "2026-01-00T00:00:00Z",       //
           "2026-01-32T00:00:00Z",       //
           "2026-11-23T24:00:00Z",       //
           "2026-11-23T20:60:00Z",       //
           "2026-11-23T20:43:61Z",       //
           "2026-11-23T20:43:00.Z",      // a dot and no digit
           "2026-11-23T20:43:00,5Z",     //
           "2026-11-23T20:43:00+2:00",   //
           "2026-11-23T20:43:00+0200",   //
           "2026-11-23T20:43:00+24:00",  //
           "2026-11-23T20:43:00+02:60",  //
           "2026-11-23T20:43:00Z ",      //
           " 2026-11-23T20:43:00Z",      //
           "2026-11-23T20:43:00ZZ",      //
           "2026/11/23T20:43:00Z",       //
           "-026-11-23T20:43:00Z",       //
           "2026-1-23T20:43:00Z",        //
           "12026-11-23T20:43:00Z",      //
           "9999-12-31T23:59:59-00:01",  // in the year 10000, which has no text
           "0000-01-01T00:00:00+00:01",  // before the year 0
       }) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace jobcast
