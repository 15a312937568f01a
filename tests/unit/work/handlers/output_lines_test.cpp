#include "work/handlers/output_lines.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace jobcast {
namespace {

/// The lines of `text` given in pieces of `step` bytes: <whole>, [part), (end].
std::string cut(std::string_view text, std::size_t step, std::size_t most_bytes) {
  std::string seen;
  LineCutter cutter(most_bytes, [&](const LineCutter::Line& line) {
    seen += line.is_whole() ? '<' : line.begins ? '[' : '(';
    seen += line.text;
    seen += line.is_whole() ? '>' : line.ends ? ']' : ')';
  });
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) cutter.add(text.substr(0, step));
  cutter.finish();
  return seen;
}

TEST(LineCutterTest, CutsWhateverThePieces) {
  for (std::size_t step = 1; step < 12; ++step) {
    EXPECT_EQ(cut("one\ntwo\n\nthree", step, 100), "<one><two><><three>") << step;
    EXPECT_EQ(cut("one\n", step, 3), "<one>") << step;
    EXPECT_EQ(cut("", step, 3), "") << step;
  }
}

TEST(LineCutterTest, GivesLongLinesInParts) {
  for (std::size_t step = 1; step < 12; ++step) {
    const auto seen = cut("abcdefghij\nk\n", step, 4);
    EXPECT_EQ(seen.substr(0, 2), "[a") << step;
    EXPECT_EQ(seen.substr(seen.size() - 5), "j]<k>") << step;
    std::string letters;
    for (const char c : seen) {
      if (c >= 'a' && c <= 'z') letters += c;
    }
    EXPECT_EQ(letters, "abcdefghijk");
  }
}

TEST(LineCutterTest, PartsEndWithCharacters) {
  const auto seen = cut("a\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\n", 3, 4);
  EXPECT_EQ(seen.find("\xc3)"), std::string::npos) << seen;
  const auto binary = cut(std::string(100, '\x80'), 7, 4);
  EXPECT_GE(binary.size(), 100U);
}

TEST(ProgressLineTest, ReadsProgressAndMessages) {
  const auto both = parse_progress_line(R"( {"progress":40,"message":"half \u00fc way"})"
                                        "\r");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->percent, 40);
  EXPECT_EQ(both->message, "half \xc3\xbc way");
  const auto percent = parse_progress_line(R"({"progress":0})");
  ASSERT_TRUE(percent);
  EXPECT_EQ(percent->percent, 0);
  EXPECT_EQ(percent->message, std::nullopt);
  const auto message = parse_progress_line(R"({"message":"", "progress":null, "more":[1]})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->percent, std::nullopt);
  EXPECT_EQ(message->message, "");
  EXPECT_EQ(parse_progress_line("{\"message\":\"a\xff\"}")->message, "a\xef\xbf\xbd");
  EXPECT_EQ(parse_progress_line(R"({"progress":100})")->percent, 100);
}

TEST(ProgressLineTest, LeavesAllElseToTheLog) {
  for (const auto* line : {"",
                           "   ",
                           "text",
                           "40",
                           "\"progress\"",
                           "[40]",
                           "{}",
                           R"({"progress":101})",
                           R"({"progress":-1})",
                           R"({"progress":40.0})",
                           R"({"progress":"40"})",
                           R"({"progress":true})",
                           R"({"message":1})",
                           R"({"progress":40,"message":1})",
                           R"({"progress":200,"message":"x"})",
                           R"({"progress":40)",
                           R"({"progress":40} more)",
                           R"({"progress":18446744073709551615})",
                           R"({"other":1})",
                           R"({"message":null})"}) {
    EXPECT_FALSE(parse_progress_line(line)) << line;
  }
  EXPECT_FALSE(parse_progress_line(std::string(100'000, '{')));
}

}  // namespace
}  // namespace jobcast
