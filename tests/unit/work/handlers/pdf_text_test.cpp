#include "work/handlers/pdf_text.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "support/fake_job_context.hpp"
#include "support/tiny_pdf.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string fixture(const std::string& name) {
  const auto folder = fs::path(JOBCAST_FIXTURES);
  std::ostringstream content;
  content << std::ifstream(folder / name, std::ios::binary).rdbuf();
  return content.str();
}

class PdfTest : public ::testing::Test {
 protected:
  HandlerResult run(FakeJobContext& context) { return make_document_handler(options_)->run(context); }

  HandlerFailure fail(std::string_view content) {
    FakeJobContext context(content, "application/pdf");
    const auto outcome = run(context);
    EXPECT_TRUE(std::holds_alternative<HandlerFailure>(outcome));
    if (std::holds_alternative<HandlerSuccess>(outcome)) return {};
    EXPECT_THAT(context.logged, ::testing::Not(::testing::HasSubstr(context.input().parent_path().string())));
    return std::get<HandlerFailure>(outcome);
  }

  /// A stand-in for a tool of poppler's: a shell script.
  std::string tool(const std::string& script) {
    const auto file = directory_.path() / ("tool-" + std::to_string(++tools_));
    std::ofstream(file) << "#!/bin/sh\n" << script << '\n';
    fs::permissions(file, fs::perms::owner_all);
    return file.string();
  }

  DocumentOptions options_;

 private:
  TemporaryDirectory directory_;
  int tools_ = 0;
};

TEST_F(PdfTest, TellsTextPagesAndTitle) {
  FakeJobContext context(tiny_pdf({"Hello from page one", "Second page"}, "A Title"), "application/pdf");
  const auto outcome = run(context);
  ASSERT_TRUE(std::holds_alternative<HandlerSuccess>(outcome)) << std::get<HandlerFailure>(outcome).error;
  const auto result = Json::parse(std::get<HandlerSuccess>(outcome).result);
  EXPECT_EQ(result["media_type"], "application/pdf");
  EXPECT_EQ(result["pages"], 2);
  EXPECT_EQ(result["title"], "A Title");
  EXPECT_EQ(result["words"], 6);
  EXPECT_EQ(result["chunks"], 1);
  EXPECT_EQ(context.text(), "Hello from page one\n\n\fSecond page\n\n\f");
  ASSERT_EQ(context.reports.size(), 2U);
  EXPECT_EQ(context.reports[0].message, "Extracting text from 2 pages");
  EXPECT_EQ(context.reports[1].message, "Saved chunk 1 of 1");
}

TEST_F(PdfTest, CompletesPagesWithoutText) {
  FakeJobContext context(tiny_pdf({"", ""}), "application/pdf");
  const auto outcome = run(context);
  ASSERT_TRUE(std::holds_alternative<HandlerSuccess>(outcome)) << std::get<HandlerFailure>(outcome).error;
  const auto result = Json::parse(std::get<HandlerSuccess>(outcome).result);
  EXPECT_EQ(result["pages"], 2);
  EXPECT_EQ(result["words"], 0);
  EXPECT_EQ(result["chunks"], 0);
  EXPECT_FALSE(result.contains("title"));
}

TEST_F(PdfTest, TellsWhyAFileCannotBeRead) {
  struct Case {
    std::string content;
    std::string_view error;
  };
  const Case cases[] = {
      {fixture("encrypted.pdf"), "This application/pdf file is encrypted: it can't be read without its password"},
      {"%PDF-1.4\nnonsense\n", "This application/pdf file is damaged: it can't be read"},
      {tiny_pdf({"some text"}).substr(0, 300), "This application/pdf file is damaged: it can't be read"},
      {tiny_pdf({}), "This application/pdf file has no pages"},
  };
  for (const auto& [content, error] : cases) {
    const auto failure = fail(content);
    EXPECT_EQ(failure.error, error);
    EXPECT_FALSE(failure.retryable);
  }
}

TEST_F(PdfTest, TellsWhatTheToolDiedOf) {
  options_.pdf_time = 500ms;
  options_.pdf_text_bytes = 1024 * 1024;
  struct Case {
    std::string script;
    std::string_view error;
    bool retryable;
  };
  const Case cases[] = {
      {"sleep 1000", "This application/pdf file takes too long to read: more than 1 s", false},
      {"kill -XCPU $$", "This application/pdf file takes too long to read: more than 1 s", false},
      {"exec head -c 2000000 /dev/zero > \"$4\"", "This application/pdf file holds too much text: more than 1 MiB",
       false},
      {"kill -ABRT $$", "This application/pdf file needs too much memory to be read", false},
      {"echo 'Out of memory' >&2; exit 1", "This application/pdf file needs too much memory to be read", false},
      {"kill -SEGV $$", "This application/pdf file is damaged: reading it made pdftotext crash", false},
      {"exit 3", "This application/pdf file is protected: it does not allow its text to be copied", false},
      {"exit 2", "The server can't read application/pdf files now: pdftotext can't write its output", true},
      {"kill -KILL $$", "The server can't read application/pdf files now: pdftotext was killed", true},
      {"kill -TERM $$", "The server can't read application/pdf files now: pdftotext was killed", true},
  };
  for (const auto& [script, error, retryable] : cases) {
    options_.pdftotext = tool(script);
    const auto failure = fail(tiny_pdf({"x"}));
    EXPECT_EQ(failure.error, error) << script;
    EXPECT_EQ(failure.retryable, retryable) << script;
  }
}

TEST_F(PdfTest, TriesAgainLaterWhereAToolIsMissing) {
  options_.pdftotext = "no-such-pdftotext";
  auto failure = fail(tiny_pdf({"x"}));
  EXPECT_EQ(failure.error, "The server can't read application/pdf files now: pdftotext is not installed");
  EXPECT_TRUE(failure.retryable);

  options_.pdfinfo = "no-such-pdfinfo";
  failure = fail(tiny_pdf({"x"}));
  EXPECT_EQ(failure.error, "The server can't read application/pdf files now: pdfinfo is not installed");
}

TEST_F(PdfTest, StopsTheToolAtOnce) {
  options_.pdftotext = tool("sleep 1000");
  FakeJobContext context(tiny_pdf({"x"}), "application/pdf");
  std::jthread stopper;
  context.on_report = [&] { stopper = std::jthread([&] { context.stop_source.request_stop(); }); };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(std::holds_alternative<HandlerFailure>(run(context)));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(PdfInfoTest, ReadsWhatPdfinfoPrints) {
  struct Case {
    std::string_view output;
    std::string_view title;
    std::optional<std::int64_t> pages;
  };
  const Case cases[] = {
      {"", "", std::nullopt},
      {"Title:          A  Title\nAuthor: B\nPages:           12\nEncrypted: no\n", "A Title", 12},
      {"Producer: x\nPages: 3\n", "", 3},
      {"Title: Evil\nPages: 77\nTitle: y\nPages: 2\n", "Evil", 2},
      {"Title: caf\xe9\nPages: many\n", "caf\xef\xbf\xbd", std::nullopt},
  };
  for (const auto& [output, title, pages] : cases) {
    const auto info = parse_pdf_info(output);
    EXPECT_EQ(info.title, title);
    EXPECT_EQ(info.pages, pages);
  }
}

}  // namespace
}  // namespace jobcast
