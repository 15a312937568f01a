#include "http/api/job_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace jobcast::http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(FilenameTest, TakesEveryNameThatIsOne) {
  for (const auto& name :
       {std::string("a"), std::string("report (1).pdf"), std::string("..."), std::string(".."), std::string(255, 'x'),
        std::string("B\xc3\xbc"
                    "cher \xf0\x9f\x93\x84.pdf"),
        std::string("a:b*c?\"<>|"), std::string("\xc2\xa0")}) {
    EXPECT_EQ(find_filename_fault(name), std::nullopt) << name;
  }
}

TEST(FilenameTest, NamesTheFault) {
  struct Case {
    std::string name;
    const char* fault;
  };
  const Case cases[] = {
      {"", "empty"},
      {std::string(256, 'x'), "longer than 255"},
      {"a/b", "slash"},
      {"../a", "slash"},
      {"a\\b", "slash"},
      {"a\nb", "control"},
      {std::string("a\0b", 3), "control"},
      {"a\x7f", "control"},
      {"a\xc2\x80", "control"},
      {"a\xc2\x9f", "control"},
      {"a\xff", "UTF-8"},
      {"\xc3", "UTF-8"},
      {"\xed\xa0\x80", "UTF-8"},
      {"\xc0\xaf", "UTF-8"},
  };
  for (const auto& [name, fault] : cases) {
    EXPECT_THAT(find_filename_fault(name).value_or("(none)"), HasSubstr(fault)) << name;
  }
}

TEST(JobRequestTest, TakesTextFields) {
  JobRequest request;
  EXPECT_EQ(request.take_text("filename", "a.pdf"), std::nullopt);
  EXPECT_EQ(request.take_text("kind", "document"), std::nullopt);
  EXPECT_EQ(request.take_text("max_retries", "100"), std::nullopt);
  EXPECT_EQ(request.take_text("priority", "-100"), std::nullopt);
  EXPECT_EQ(request.take_text("run_at", "2026-11-23T20:43:00.123Z"), std::nullopt);
  EXPECT_EQ(request.take_text("unknown", "x"), std::nullopt);
  EXPECT_EQ(request.filename, "a.pdf");
  EXPECT_EQ(request.kind, "document");
  EXPECT_EQ(request.max_retries, 100);
  EXPECT_EQ(request.priority, -100);
  EXPECT_TRUE(request.run_at);
}

TEST(JobRequestTest, NamesABadTextField) {
  struct Case {
    const char* name;
    const char* value;
  };
  const Case cases[] = {
      {"max_retries", ""},    {"max_retries", "-1"},
      {"max_retries", "101"}, {"max_retries", "1.5"},
      {"max_retries", "x"},   {"max_retries", " 1"},
      {"max_retries", "+1"},  {"max_retries", "99999999999999999999"},
      {"priority", "101"},    {"priority", "-101"},
      {"priority", "high"},   {"run_at", "tomorrow"},
      {"run_at", ""},         {"run_at", "2026-13-01T00:00:00Z"},
  };
  for (const auto& [name, value] : cases) {
    JobRequest request;
    EXPECT_THAT(request.take_text(name, value).value_or("(none)"), HasSubstr(name)) << value;
  }
}

TEST(JobRequestTest, TakesTheQuery) {
  JobRequest request;
  EXPECT_EQ(request.take_query(*Target::parse("/?filename=a+b&max_retries=0&x=y")), std::nullopt);
  EXPECT_EQ(request.filename, "a b");
  EXPECT_EQ(request.max_retries, 0);
  EXPECT_THAT(request.take_query(*Target::parse("/?priority=x")).value_or(""), HasSubstr("priority"));
}

TEST(JobRequestTest, TakesJson) {
  JobRequest request;
  const auto object = json::parse(R"({"filename":"a","kind":"external","max_retries":2,"priority":-5,
      "run_at":"2026-11-23T20:43:00Z","payload":{"a":[1,"\u00fc"]},"unknown":1})");
  EXPECT_EQ(request.take_json(object), std::nullopt);
  EXPECT_EQ(request.filename, "a");
  EXPECT_EQ(request.kind, "external");
  EXPECT_EQ(request.max_retries, 2);
  EXPECT_EQ(request.priority, -5);
  EXPECT_EQ(json::parse(request.payload.value_or("")), object["payload"]);

  JobRequest empty;
  EXPECT_EQ(empty.take_json(json::parse(R"({"filename":null,"max_retries":null})")), std::nullopt);
  EXPECT_EQ(empty.filename, std::nullopt);
  EXPECT_EQ(empty.max_retries, std::nullopt);
}

TEST(JobRequestTest, NamesABadMember) {
  const std::pair<const char*, const char*> cases[] = {
      {"filename", R"({"filename":1})"},
      {"kind", R"({"kind":["a"]})"},
      {"max_retries", R"({"max_retries":"1"})"},
      {"max_retries", R"({"max_retries":1.0})"},
      {"max_retries", R"({"max_retries":-1})"},
      {"max_retries", R"({"max_retries":101})"},
      {"max_retries", R"({"max_retries":18446744073709551615})"},
      {"priority", R"({"priority":-101})"},
      {"priority", R"({"priority":true})"},
      {"run_at", R"({"run_at":0})"},
      {"run_at", R"({"run_at":"soon"})"},
  };
  for (const auto& [name, text] : cases) {
    JobRequest request;
    EXPECT_THAT(request.take_json(json::parse(text)).value_or("(none)"), HasSubstr(name)) << text;
  }
}

TEST(ListParametersTest, ReadsAndRefuses) {
  const auto read = [](std::string_view query) {
    return read_list_parameters(*Target::parse("/?" + std::string(query)), 100, 1000);
  };
  const auto good = read("status=failed&limit=1000&cursor=7");
  ASSERT_TRUE(std::holds_alternative<ListParameters>(good));
  EXPECT_EQ(std::get<ListParameters>(good).status, JobStatus::failed);
  EXPECT_EQ(std::get<ListParameters>(good).limit, 1000U);
  EXPECT_EQ(std::get<ListParameters>(good).before, 7);
  EXPECT_EQ(std::get<ListParameters>(read("")).limit, 100U);
  for (const auto* query : {"status=done", "limit=0", "limit=1001", "limit=", "limit=1x", "limit=-1", "cursor=x",
                            "cursor=0", "cursor=9007199254740992"}) {
    const auto bad = read(query);
    ASSERT_TRUE(std::holds_alternative<Response>(bad)) << query;
    const auto body = json::parse(std::get<Response>(bad).body);
    EXPECT_EQ(body["code"], "invalid_parameter") << query;
    const std::string name = std::string(query).substr(0, std::string_view(query).find('='));
    EXPECT_THAT(body["detail"].get<std::string>(), HasSubstr(name));
  }
}

}  // namespace
}  // namespace jobcast::http
