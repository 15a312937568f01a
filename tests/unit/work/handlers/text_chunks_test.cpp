#include "work/handlers/text_chunks.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace jobcast {
namespace {

std::vector<std::string> chunks_of(std::string_view text, std::size_t limit, std::size_t piece) {
  std::vector<std::string> chunks;
  ChunkCutter cutter(limit, [&](std::string chunk) {
    chunks.push_back(std::move(chunk));
    return true;
  });
  for (std::size_t at = 0; at < text.size(); at += piece) cutter.add(text.substr(at, piece));
  cutter.finish();
  return chunks;
}

TEST(ChunkCutterTest, CutsAfterWhiteSpaceElseAtACharacter) {
  struct Case {
    std::string_view text;
    std::vector<std::string> chunks;
  };
  const Case cases[] = {
      {"", {}},
      {"12345678", {"12345678"}},
      {"123456789", {"12345678", "9"}},
      {"1234567 9", {"1234567 ", "9"}},
      {"123456 89", {"123456 ", "89"}},
      {"123456 8901", {"123456 ", "8901"}},
      {"12345 7890", {"12345 78", "90"}},
      {"123456\n\n90", {"123456\n\n", "90"}},
      {"        9", {"        ", "9"}},
      {"1234567\xc3\xa9"
       "0",
       {"1234567",
        "\xc3\xa9"
        "0"}},
      {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80", {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"}},
  };
  for (const auto& [text, chunks] : cases) {
    EXPECT_EQ(chunks_of(text, 8, 100), chunks) << text;
  }
}

TEST(ChunkCutterTest, CutsAlikeWhateverThePieces) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += i % 7 == 0 ? "a long word " : "sh ort";
  const auto whole = chunks_of(text, 64, text.size());
  std::string joined;
  for (const auto& chunk : whole) {
    EXPECT_LE(chunk.size(), 64U);
    joined += chunk;
  }
  EXPECT_EQ(joined, text);
  for (std::size_t piece = 1; piece < 150; ++piece) EXPECT_EQ(chunks_of(text, 64, piece), whole) << piece;
}

TEST(ChunkCutterTest, EndsWhenTheSinkWantsNoMore) {
  int taken = 0;
  ChunkCutter cutter(4, [&](const std::string&) { return ++taken < 2; });
  EXPECT_FALSE(cutter.add("aaaabbbbccccdddd"));
  EXPECT_EQ(taken, 2);
}

TEST(WordCounterTest, CountsRunsBetweenWhiteSpace) {
  struct Case {
    std::string_view text;
    std::int64_t words;
  };
  const Case cases[] = {
      {"", 0},
      {" \t\n\v\f\r", 0},
      {"one", 1},
      {"one two", 2},
      {"  one\n\ntwo\fthree ", 3},
      {"a\xc2\xa0"
       "b",
       2},
      {"\xe3\x80\x80one\xe2\x80\xa8two\xe2\x80\x8b", 2},
      {"h\xc3\xa9 \xe2\x82\xac", 2},
  };
  for (const auto& [text, words] : cases) {
    for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
      WordCounter counter;
      for (std::size_t at = 0; at < text.size(); at += piece) counter.add(text.substr(at, piece));
      EXPECT_EQ(counter.words(), words) << text << ", pieces of " << piece;
    }
  }
}

}  // namespace
}  // namespace jobcast
