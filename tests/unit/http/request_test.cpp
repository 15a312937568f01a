#include "http/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/result_matchers.hpp"

namespace jobcast::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::string_literals;

Target parsed(std::string_view text) {
  auto target = Target::parse(text);
  EXPECT_TRUE(target) << text;
  return target ? std::move(*target) : Target();
}

std::string filename_in(std::string_view text) {
  return std::string(parsed(text).parameter("filename").value_or("(none)"));
}

TEST(TargetTest, SplitsAndDecodesThePath) {
  EXPECT_THAT(parsed("/").segments(), IsEmpty());
  EXPECT_THAT(parsed("/?a=b").segments(), IsEmpty());
  EXPECT_THAT(parsed("/api/jobs").segments(), ElementsAre("api", "jobs"));
  EXPECT_THAT(parsed("/api/jobs/").segments(), ElementsAre("api", "jobs", ""));
  EXPECT_THAT(parsed("/a%2Fb/c%20d+e").segments(), ElementsAre("a/b", "c d+e"));
  EXPECT_EQ(parsed("/api/jobs?x=/y").path(), "/api/jobs");
}

TEST(TargetTest, DecodesParameters) {
  EXPECT_EQ(filename_in("/?filename=a.pdf"), "a.pdf");
  EXPECT_EQ(filename_in("/?filename=a%20b+c%2Bd.pdf"), "a b c+d.pdf");
  EXPECT_EQ(filename_in("/?file%6Eame=a"), "a");
  EXPECT_EQ(filename_in("/?filename=a%26b%3Dc&x=y"), "a&b=c");
  EXPECT_EQ(filename_in("/?filename=a=b"), "a=b");
  EXPECT_EQ(filename_in("/?filename="), "");
  EXPECT_EQ(filename_in("/?filename"), "");
  EXPECT_EQ(filename_in("/?Filename=a"), "(none)");
  EXPECT_EQ(filename_in("/?filename=%00"), "\0"s);
  EXPECT_EQ(filename_in("/?filename=B%C3%BCcher"),
            "B\xc3\xbc"
            "cher");
}

TEST(TargetTest, TakesWhatPeopleTypeUnencoded) {
  EXPECT_EQ(filename_in("/?filename=B\xc3\xbc"
                        "cher.pdf"),
            "B\xc3\xbc"
            "cher.pdf");
  EXPECT_EQ(filename_in("/?filename=[a]{b}|\"c\"<d>^`#e"), "[a]{b}|\"c\"<d>^`#e");
  EXPECT_THAT(parsed("/\xe6\x96\x87").segments(), ElementsAre("\xe6\x96\x87"));
}

TEST(TargetTest, KeepsRepeatedParametersInOrder) {
  const auto target = parsed("/?id=2&x=9&id=1&id=2");
  EXPECT_THAT(target.parameters("id"), ElementsAre("2", "1", "2"));
  EXPECT_EQ(target.parameter("id"), "2");
  EXPECT_THAT(target.parameters("y"), IsEmpty());
  EXPECT_EQ(target.parameter("y"), std::nullopt);
}

TEST(TargetTest, RefusesWhatIsNoTarget) {
  for (const auto* text : {"", "*", "ftp://a/b", "a/b", "?a=b", "/%", "/%4", "/%zz", "/?a=%", "/?a=%4x", "/?a=%ff",
                           "/?%ff=a", "/?a=\xff", "/?a=%C3"}) {
    EXPECT_THAT(Target::parse(text), FailsWith(errc::invalid_parameter)) << text;
  }
}

TEST(TargetTest, TakesTheAbsoluteForm) {
  EXPECT_EQ(Target::parse("http://a.example/b?c=d").value().path(), "/b");
  EXPECT_EQ(Target::parse("HTTP://a.example").value().path(), "/");
}

TEST(RequestTest, AcceptsMediaTypesByTheirFullNames) {
  struct Case {
    const char* accept;
    bool expected;
  };
  const Case cases[] = {
      {"", false},
      {"*/*", false},
      {"text/*", false},
      {"text/event-stream", true},
      {"Text/Event-Stream", true},
      {"application/json, text/event-stream;q=0.5", true},
      {"text/event-stream ; q=0.001", true},
      {"text/event-stream;q=0", false},
      {"text/event-stream; q=0.000, */*", false},
      {"text/event-streams", false},
      {"x, ,text/event-stream", true},
  };
  for (const auto& [accept, expected] : cases) {
    Fields fields;
    fields.set(boost::beast::http::field::accept, accept);
    Request request;
    request.fields = &fields;
    EXPECT_EQ(request.accepts("text/event-stream"), expected) << accept;
  }
}

TEST(RequestTest, FindsTheMediaType) {
  EXPECT_EQ(media_type_of("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(media_type_of(" text/plain "), "text/plain");
  EXPECT_EQ(media_type_of(""), "");
}

}  // namespace
}  // namespace jobcast::http
