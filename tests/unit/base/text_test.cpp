#include "base/text.hpp"

#include <gtest/gtest.h>

namespace jobcast {
namespace {

using namespace std::string_literals;

TEST(TextTest, AcceptsWellFormedUtf8) {
  for (const auto& text : {
           ""s,
           "plain"s,
           "\0"s,
           "\x7f"s,
           "\xc2\x80"s,          // U+0080
           "\xdf\xbf"s,          // U+07FF
           "\xe0\xa0\x80"s,      // U+0800
           "\xed\x9f\xbf"s,      // U+D7FF, the last before the surrogates
           "\xee\x80\x80"s,      // U+E000, the first after them
           "\xef\xbf\xbf"s,      // U+FFFF
           "\xf0\x90\x80\x80"s,  // U+10000
           "\xf4\x8f\xbf\xbf"s,  // U+10FFFF
           "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"s,
       }) {
    EXPECT_TRUE(is_valid_utf8(text)) << testing::PrintToString(text);
    EXPECT_EQ(to_valid_utf8(text), text);
  }
}

TEST(TextTest, ReplacesEachMaximalIllFormedPart) {
  struct Case {
    std::string bytes;
    std::string repaired;  // ? stands for U+FFFD
  };
  const Case cases[] = {
      {"\x80", "?"},  // a continuation alone
      {"\xbf\xbf", "??"},
      {"\xc0\xaf", "??"},  // overlong /
      {"\xc1\xbf", "??"},
      {"\xe0\x80\xaf", "???"},  // overlong
      {"\xe0\x9f\xbf", "???"},
      {"\xf0\x8f\xbf\xbf", "????"},
      {"\xed\xa0\x80", "???"},  // a surrogate
      {"\xed\xbf\xbf", "???"},
      {"\xf4\x90\x80\x80", "????"},  // beyond U+10FFFF
      {"\xf5\x80\x80\x80", "????"},
      {"\xfe\xff", "??"},
      {"\xc3", "?"},  // truncated at the end
      {"\xe2\x82", "?"},
      {"\xf0\x9f\x98", "?"},
      {"a\xe2\x82z", "a?z"},  // truncated in the middle
      {"\xf0\x9f\x98\xe2\x82\xac", "?\xe2\x82\xac"},
      {"\xc3\xc3\xa9", "?\xc3\xa9"},
      {"\xf1\x80\x80\xe1\x80\xc2z", "???z"},  // the example of the Unicode standard
      {"ok\xff", "ok?"},
  };
  for (const auto& [bytes, repaired] : cases) {
    std::string expected;
    for (const char c : repaired) c == '?' ? expected += "\xef\xbf\xbd" : expected += c;
    EXPECT_FALSE(is_valid_utf8(bytes)) << testing::PrintToString(bytes);
    EXPECT_EQ(to_valid_utf8(bytes), expected) << testing::PrintToString(bytes);
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bytes)));
  }
}

TEST(TextTest, CutsAtTheEndOfACharacter) {
  struct Case {
    std::string text;
    std::size_t limit;
    std::string cut;
  };
  const Case cases[] = {
      {"", 0, ""},
      {"abc", 0, ""},
      {"abc", 2, "ab"},
      {"abc", 3, "abc"},
      {"abc", 9, "abc"},
      {"a\xc3\xa9z", 1, "a"},
      {"a\xc3\xa9z", 2, "a"},
      {"a\xc3\xa9z", 3, "a\xc3\xa9"},
      {"\xe2\x82\xac", 1, ""},
      {"\xe2\x82\xac", 2, ""},
      {"\xe2\x82\xac", 3, "\xe2\x82\xac"},
      {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 7, "\xf0\x9f\x98\x80"},
  };
  for (const auto& [text, limit, cut] : cases) {
    EXPECT_EQ(cut_at_character(text, limit), cut) << text << " to " << limit;
    EXPECT_EQ(prefix_at_character(text, limit), cut.size());
  }
}

}  // namespace
}  // namespace jobcast
