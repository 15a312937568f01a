#include "http/json_body.hpp"

#include <gtest/gtest.h>

namespace jobcast::http {
namespace {

using nlohmann::json;

/// `{"a":` with arrays in it, `levels` deep in all.
std::string nested(int levels) {
  const auto arrays = static_cast<std::size_t>(levels - 1);
  return "{\"a\":" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
}

std::pair<unsigned, std::string> refusal_of(std::string_view text) {
  const auto body = parse_json_object(text);
  const auto* response = std::get_if<Response>(&body);
  if (response == nullptr) return {200, ""};
  return {response->status, json::parse(response->body)["code"].get<std::string>()};
}

TEST(JsonBodyTest, TakesAnObject) {
  const auto body = parse_json_object(R"( {"a":[1,2],"b":"\u00fc"} )");
  ASSERT_TRUE(std::holds_alternative<json>(body));
  EXPECT_EQ(std::get<json>(body), (json{{"a", {1, 2}}, {"b", "\xc3\xbc"}}));
  EXPECT_EQ(refusal_of("{}").first, 200U);
}

TEST(JsonBodyTest, RefusesWhatIsNoObject) {
  for (const auto* text : {"", " ", "{", "{\"a\":}", "{} {}", "{'a':1}", "{\"a\":\"\xff\"}", "{\"a\":1,}", "[]", "null",
                           "1", "\"a\"", "action=process"}) {
    EXPECT_EQ(refusal_of(text), std::make_pair(400U, std::string("invalid_json"))) << text;
  }
}

TEST(JsonBodyTest, RefusesDeepNesting) {
  EXPECT_EQ(refusal_of(nested(64)).first, 200U);
  EXPECT_EQ(refusal_of(nested(65)), std::make_pair(413U, std::string("payload_too_large")));
  EXPECT_EQ(refusal_of(nested(10'000)).first, 413U);
}

TEST(JsonBodyTest, KeepsWhatIsAsDeepAsAllowed) {
  auto body = parse_json_object(nested(64));
  ASSERT_TRUE(std::holds_alternative<json>(body));
  EXPECT_EQ(std::get<json>(body).dump(), nested(64));
}

}  // namespace
}  // namespace jobcast::http
