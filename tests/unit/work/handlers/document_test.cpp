#include "work/handlers/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "jobcast/limits.hpp"

#include "base/text.hpp"
#include "support/fake_job_context.hpp"

namespace jobcast {
namespace {

using namespace std::string_literals;
using Json = nlohmann::json;

Json succeed(FakeJobContext& context, const DocumentOptions& options = {}) {
  const auto outcome = make_document_handler(options)->run(context);
  const auto* const success = std::get_if<HandlerSuccess>(&outcome);
  if (success == nullptr) {
    ADD_FAILURE() << std::get<HandlerFailure>(outcome).error;
    return {};
  }
  EXPECT_EQ(success->message, "Processed and saved to database");
  return Json::parse(success->result);
}

HandlerFailure fail(FakeJobContext& context, const DocumentOptions& options = {}) {
  const auto outcome = make_document_handler(options)->run(context);
  if (std::holds_alternative<HandlerSuccess>(outcome)) {
    ADD_FAILURE() << "it succeeded";
    return {};
  }
  return std::get<HandlerFailure>(outcome);
}

TEST(DocumentTest, ReadsTextAsItIs) {
  FakeJobContext context("Hello, world.\nBye.\n", "text/plain");
  EXPECT_EQ(succeed(context), Json::parse(R"({"media_type":"text/plain","bytes":19,"words":3,"chunks":1,
              "sha256":"6c0e9b1cbd2beafd647f8b0e3cdb64eaac5af86c7fec0b042ea230ab6ec35400"})"));
  EXPECT_EQ(context.text(), "Hello, world.\nBye.\n");
  ASSERT_EQ(context.reports.size(), 1U);
  EXPECT_EQ(context.reports[0].percent, 100);
  EXPECT_EQ(context.reports[0].total_chunks, 1);
  EXPECT_EQ(context.reports[0].processed_chunks, 1);
  EXPECT_EQ(context.reports[0].message, "Saved chunk 1 of 1");
}

TEST(DocumentTest, LeavesMarkupOfOtherTypesAlone) {
  for (const auto* type : {"text/csv", "text/markdown", "application/json", "text/x-c", "application/ld+json"}) {
    FakeJobContext context("# <b>x</b>, {\"a\": 1}\r\n", type);
    EXPECT_EQ(succeed(context)["media_type"], type);
    EXPECT_EQ(context.text(), "# <b>x</b>, {\"a\": 1}\r\n");
  }
}

TEST(DocumentTest, CompletesAnEmptyFile) {
  FakeJobContext context("", "text/plain");
  const auto result = succeed(context);
  EXPECT_EQ(result["words"], 0);
  EXPECT_EQ(result["chunks"], 0);
  EXPECT_EQ(result["sha256"], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  ASSERT_EQ(context.reports.size(), 1U);
  EXPECT_EQ(context.reports[0].total_chunks, 0);
  EXPECT_EQ(context.reports[0].processed_chunks, 0);
  EXPECT_TRUE(context.saved.empty());
}

TEST(DocumentTest, DecodesWhatIsNotUtf8) {
  struct Case {
    std::string bytes;
    std::string_view text;
  };
  const Case cases[] = {
      {"caf\xe9 \x80", "caf\xc3\xa9 \xe2\x82\xac"},
      {"\xff\xfe\xe9\0 \0x\0"s, "\xc3\xa9 x"},
      {"\xef\xbb\xbfx y", "x y"},
      {"\xc3\xa9\xc3\xa8 \xff", "\xc3\xa9\xc3\xa8 \xef\xbf\xbd"},
  };
  for (const auto& [bytes, text] : cases) {
    FakeJobContext context(bytes, "text/plain");
    EXPECT_EQ(succeed(context)["words"], 2);
    EXPECT_EQ(context.text(), text);
  }
}

TEST(DocumentTest, SavesALongTextInChunks) {
  std::ostringstream text;
  int words = 0;
  while (text.tellp() < 5 * 1024 * 1024) {
    text << "w\xc3\xb6rd" << words << (words % 10 == 0 ? '\n' : ' ');
    ++words;
  }
  FakeJobContext context(text.str(), "text/plain");
  const auto result = succeed(context);
  EXPECT_EQ(result["words"], words);
  EXPECT_EQ(result["chunks"], context.saved.size());
  EXPECT_GE(context.saved.size(), text.str().size() / limits::chunk_bytes);
  EXPECT_EQ(context.text(), text.str());
  ASSERT_EQ(context.reports.size(), context.saved.size());
  for (std::size_t i = 0; i < context.saved.size(); ++i) {
    EXPECT_EQ(context.saved[i].number, i);
    EXPECT_LE(context.saved[i].text.size(), limits::chunk_bytes);
    EXPECT_TRUE(is_valid_utf8(context.saved[i].text));
    EXPECT_EQ(context.reports[i].total_chunks, context.saved.size());
    EXPECT_EQ(context.reports[i].processed_chunks, i + 1);
    if (i > 0) {
      EXPECT_GE(*context.reports[i].percent, *context.reports[i - 1].percent);
    }
  }
  EXPECT_EQ(context.reports.back().percent, 100);
}

TEST(DocumentTest, ReadsHtml) {
  FakeJobContext context("<title>The &lt;title></title><script>no</script><p>caf\xe9 &amp; bar", "text/html");
  const auto result = succeed(context);
  EXPECT_EQ(result["title"], "The <title>");
  EXPECT_EQ(result["words"], 3);
  EXPECT_EQ(context.text(), "caf\xc3\xa9 & bar");
}

TEST(DocumentTest, CompletesHtmlWithoutText) {
  FakeJobContext context("<script>only()</script>", "text/html");
  const auto result = succeed(context);
  EXPECT_EQ(result["chunks"], 0);
  EXPECT_FALSE(result.contains("title"));
}

TEST(DocumentTest, RefusesHtmlThatIsTooMuch) {
  DocumentOptions options;
  options.html_bytes = 1024 * 1024;
  FakeJobContext large(std::string(1024 * 1024 + 1, 'x'), "text/html");
  auto failure = fail(large, options);
  EXPECT_EQ(failure.error, "This text/html file is too large: more than 1 MiB");
  EXPECT_FALSE(failure.retryable);

  options.html_memory_bytes = 1000;
  FakeJobContext complex("<p>x", "text/html");
  failure = fail(complex, options);
  EXPECT_EQ(failure.error, "This text/html file is too complex to be read");
  EXPECT_FALSE(failure.retryable);
}

TEST(DocumentTest, RefusesOtherTypesByName) {
  for (const auto* type : {"image/png", "application/zip", "application/octet-stream"}) {
    FakeJobContext context("\x89PNG", type);
    const auto failure = fail(context);
    EXPECT_THAT(failure.error, ::testing::StartsWith(type + " files can't be read: only PDF and text"s));
    EXPECT_FALSE(failure.retryable);
  }
}

TEST(DocumentTest, EndsWhenItIsStopped) {
  FakeJobContext context(std::string(10 * limits::chunk_bytes, 'x'), "text/plain");
  context.on_report = [&] {
    if (context.reports.size() == 3) context.stop_source.request_stop();
  };
  fail(context);
  EXPECT_EQ(context.saved.size(), 3U);
}

}  // namespace
}  // namespace jobcast
