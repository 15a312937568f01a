#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "support/server_process.hpp"
#include "support/sse_client.hpp"
#include "support/tiny_pdf.hpp"

namespace jobcast {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string fixture(const std::string& name) {
  const auto folder = std::filesystem::path(JOBCAST_FIXTURES);
  std::ostringstream content;
  content << std::ifstream(folder / name, std::ios::binary).rdbuf();
  return content.str();
}

/// A page with nothing but a picture on it, as a scanner makes it: put in the place of a text of the same length.
std::string scanned_pdf() {
  const std::string words(100, 'x');
  const auto text = "BT /F1 12 Tf 72 720 Td (" + words + ") Tj ET";
  std::string picture = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q";
  picture.resize(text.size(), ' ');
  auto pdf = tiny_pdf({words});
  return pdf.replace(pdf.find(text), text.size(), picture);
}

class DocumentTest : public ::testing::Test {
 protected:
  /// Uploads a file and follows it. Gives the job at its end.
  json run(const std::string& filename, std::string_view content) {
    upload(server_.port(), filename, content);
    SseClient stream(server_.port(), "/api/sse?filename=" + filename);
    int processed = 0;
    while (const auto event = stream.next()) {
      const auto data = event->json();
      if (event->name == "finished") return data.at("job");
      if (event->name != "status") continue;
      const auto& job = data.at("job");
      if (job.at("processed_chunks").is_null()) continue;
      EXPECT_GE(job.at("processed_chunks"), processed);
      processed = job.at("processed_chunks");
    }
    ADD_FAILURE() << "the stream ended before the job";
    return {};
  }

  void expect_failure(const std::string& filename, std::string_view content, std::string_view reason) {
    const auto job = run(filename, content);
    EXPECT_EQ(job.at("status"), "failed") << job;
    EXPECT_EQ(job.at("retry_count"), 0);
    EXPECT_THAT(job.value("error_message", ""), HasSubstr(reason));
    EXPECT_EQ(job.at("status_description"), job.at("error_message"));
    HttpClient client(server_.port());
    EXPECT_EQ(client.get("/api/jobs/" + job.at("id").get<std::string>() + "/result").status, 409);
  }

  ServerProcess server_;
};

TEST_F(DocumentTest, ReadsALongPdf) {
  std::vector<std::string> pages;
  for (int i = 0; i < 2'000; ++i) {
    pages.push_back("Page " + std::to_string(i) + " of a long report counts " + std::to_string(i * 7919) + " things");
  }
  const auto job = run("long.pdf", tiny_pdf(pages, "A Long Report"));
  EXPECT_EQ(job.at("status"), "completed") << job;
  EXPECT_EQ(job.at("file_type"), "application/pdf");
  EXPECT_EQ(job.at("progress"), 100);
  EXPECT_GT(job.at("total_chunks"), 1);
  EXPECT_EQ(job.at("processed_chunks"), job.at("total_chunks"));
  EXPECT_EQ(job.at("result").at("pages"), 2'000);
  EXPECT_EQ(job.at("result").at("title"), "A Long Report");
  HttpClient client(server_.port());
  const auto text = client.get("/api/jobs/" + job.at("id").get<std::string>() + "/result");
  EXPECT_EQ(text.header("Content-Type"), "text/plain; charset=utf-8");
  std::size_t at = 0;
  for (const auto& page : pages) {
    at = text.body.find(page, at);
    ASSERT_NE(at, std::string::npos) << page;
  }
}

TEST_F(DocumentTest, FailsAtPdfsThatItCanNotRead) {
  expect_failure("encrypted.pdf", fixture("encrypted.pdf"), "encrypted");
  expect_failure("broken.pdf", tiny_pdf({"text"}).substr(0, 40), "application/pdf");
  expect_failure("header.pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\nnothing more\n", "application/pdf");
}

TEST_F(DocumentTest, FindsNoTextInAPdfOfImages) {
  const auto job = run("scan.pdf", scanned_pdf());
  EXPECT_EQ(job.at("status"), "completed") << job;
  EXPECT_EQ(job.at("result").at("pages"), 1);
  EXPECT_EQ(job.at("result").at("words"), 0);
}

TEST_F(DocumentTest, FailsAtOtherTypesByTheirNames) {
  expect_failure("a.png",
                 std::string_view("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89", 33),
                 "image/png");
}

TEST_F(DocumentTest, ReadsWhatIsText) {
  const auto empty = run("empty.txt", "");
  EXPECT_EQ(empty.at("status"), "completed");
  EXPECT_EQ(empty.at("result").at("words"), 0);
  EXPECT_EQ(empty.at("result").at("chunks"), 0);
  const auto page = run("page.html", "<!DOCTYPE html><title>T</title><script>no()</script><p>two words</p>");
  EXPECT_EQ(page.at("file_type"), "text/html");
  EXPECT_EQ(page.at("result").at("words"), 2) << page;
  const auto table = run("table.csv", "a,b\n1,2\n");
  EXPECT_EQ(table.at("file_type"), "text/csv");
  EXPECT_EQ(table.at("result").at("bytes"), 8);
}

}  // namespace
}  // namespace jobcast
