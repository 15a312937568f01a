#include "work/handlers/placeholders.hpp"

#include <gtest/gtest.h>

namespace jobcast {
namespace {

const PlaceholderValues values = {"/in", "/out", "/payload", "01ID", "{input} a.png"};

TEST(PlaceholdersTest, AreReplacedInsideArguments) {
  const std::pair<const char*, const char*> cases[] = {
      {"{input}", "/in"},
      {"png:{output}", "png:/out"},
      {"{input}[0]", "/in[0]"},
      {"--a={payload},{id}", "--a=/payload,01ID"},
      {"{input}{output}", "/in/out"},
      {"", ""},
      {"plain", "plain"},
  };
  for (const auto& [argument, expanded] : cases) EXPECT_EQ(expand_placeholders(argument, values), expanded);
}

TEST(PlaceholdersTest, AreNotExpandedAgain) {
  EXPECT_EQ(expand_placeholders("<{filename}>", values), "<{input} a.png>");
}

TEST(PlaceholdersTest, LeaveOtherBracesAlone) {
  for (const auto* text : {R"({"a":1})", "{}", "{", "}", "{input", "input}", "{ input }", "{1}", "{in_put}", "${{}}",
                           R"({"in":"x"})", "{input-1}"}) {
    EXPECT_EQ(expand_placeholders(text, values), text);
    EXPECT_EQ(find_unknown_placeholder(text), std::nullopt) << text;
  }
  EXPECT_EQ(expand_placeholders("{{input}}", values), "{/in}");
  EXPECT_EQ(expand_placeholders(R"({"in":"{input}"})", values), R"({"in":"/in"})");
  EXPECT_EQ(expand_placeholders("{a{output}", values), "{a/out");
}

TEST(PlaceholdersTest, TellWhichWordIsNone) {
  EXPECT_EQ(find_unknown_placeholder("{inptu}"), "inptu");
  EXPECT_EQ(find_unknown_placeholder("{input} {Output}"), "Output");
  EXPECT_EQ(find_unknown_placeholder("{input}{output}{payload}{id}{filename}"), std::nullopt);
}

TEST(PlaceholdersTest, TellWhetherACommandNamesOne) {
  EXPECT_TRUE(names({"a", "x:{output}"}, Placeholder::output));
  EXPECT_FALSE(names({"a", "{ output}", "{input}"}, Placeholder::output));
  EXPECT_FALSE(names({}, Placeholder::input));
}

}  // namespace
}  // namespace jobcast
