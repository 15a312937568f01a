#include "base/json_text.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace jobcast {
namespace {

using namespace std::string_literals;

std::string json_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonTextTest, EscapesWhatMustBeEscaped) {
  struct Case {
    std::string text;
    std::string_view json;
  };
  const Case cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"\"", R"("\"")"},
      {"a\\b/c", R"("a\\b/c")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"\0\x01\x1f"s, R"("\u0000\u0001\u001f")"},
      {"\x7f", "\"\x7f\""},
      {"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\""},
      {"x\ny", R"("x\ny")"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(json_of(text), json);
}

TEST(JsonTextTest, IsReadBackByAParser) {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  EXPECT_EQ(nlohmann::json::parse(json_of(all)).get<std::string>(), all);
}

TEST(JsonTextTest, AppendsNumbers) {
  std::string out = "n=";
  append_number(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_number(out, std::numeric_limits<std::uint64_t>::max());
  out += ' ';
  append_number(out, 0);
  EXPECT_EQ(out, "n=-9223372036854775808 18446744073709551615 0");
}

}  // namespace
}  // namespace jobcast
