#include "base/media_type.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using namespace std::string_literals;

TEST(MediaTypeTest, RefinesTextByItsExtension) {
  struct Case {
    std::string_view content_type;
    std::string_view filename;
    std::string_view expected;
  };
  const Case cases[] = {
      {"text/plain", "a.txt", "text/plain"},
      {"text/plain", "a", "text/plain"},
      {"text/plain", "a.", "text/plain"},
      {"text/plain", "a.md", "text/markdown"},
      {"text/plain", "README.MarkDown", "text/markdown"},
      {"text/plain", "a.csv", "text/csv"},
      {"text/plain", "a.json", "application/json"},
      {"text/plain", "a.html", "text/html"},
      {"text/plain", "a.HTM", "text/html"},
      {"text/plain", "html", "text/plain"},
      {"text/plain", "a.html.txt", "text/plain"},
      {"text/html", "a.md", "text/markdown"},
      {"text/html", "a", "text/html"},
      {"text/x-c", "notes.md", "text/markdown"},
      {"text/x-c", "a.c", "text/x-c"},
      {"text/xml", "a.html", "text/html"},
      {"application/csv", "a", "text/csv"},
      {"application/json", "a.txt", "application/json"},
      {"application/json", "a.csv", "text/csv"},
      {"application/x-ndjson", "a.json", "application/json"},
      {"application/javascript", "a.js", "application/javascript"},
      {"inode/x-empty", "a.md", "text/plain"},
      {"application/x-empty", "a", "text/plain"},
      {"image/png", "a.md", "image/png"},
      {"application/pdf", "a.html", "application/pdf"},
      {"application/octet-stream", "a.json", "application/octet-stream"},
      {"text/plain; charset=utf-8", "a.md", "text/markdown"},
      {"image/svg+xml", "a.svg", "image/svg+xml"},
      {"", "a.md", "application/octet-stream"},
  };
  for (const auto& [content_type, filename, expected] : cases) {
    EXPECT_EQ(refine_media_type(content_type, filename), expected) << content_type << ' ' << filename;
  }
}

TEST(MediaTypeTest, TellsTextFromOtherTypes) {
  for (const auto* type : {"text/plain", "text/x-c", "application/json", "application/ld+json", "message/rfc822"}) {
    EXPECT_TRUE(is_text_media_type(type)) << type;
  }
  for (const auto* type : {"", "application/pdf", "image/svg+xml", "application/octet-stream", "textual"}) {
    EXPECT_FALSE(is_text_media_type(type)) << type;
  }
}

TEST(MediaTypeTest, DetectsByContent) {
  struct Case {
    std::string content;
    std::string_view filename;
    std::string_view expected;
  };
  const Case cases[] = {
      {"", "a.md", "text/plain"},
      {"a", "a.txt", "text/plain"},
      {"\n", "a", "text/plain"},
      {"7", "a.json", "application/json"},
      {"\x01", "a", "application/octet-stream"},
      {"\xff", "a", "application/octet-stream"},
      {"hello, world\n", "a.pdf", "text/plain"},
      {"# Title\n", "a.md", "text/markdown"},
      {"only text", "a.html", "text/html"},
      {"<!DOCTYPE html><p>hi", "page", "text/html"},
      {"{\"a\":1}", "data", "application/json"},
      {"caf\xe9 cr\xe8me na\xefve\n", "a.txt", "text/plain"},
      {"\xff\xfeh\0i\0 \0y\0o\0u\0"s, "a.txt", "text/plain"},
      {"\xfe\xff\0h\0i\0 \0y\0o\0u"s, "a.csv", "text/csv"},
      {"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "a.txt", "application/pdf"},
      {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89"s, "a.txt", "image/png"},
      {"\x7f\x45LF\x02\x01\x01\0nonsense"s, "a.json", "application/octet-stream"},
  };
  const TemporaryDirectory directory;
  for (const auto& [content, filename, expected] : cases) {
    const auto file = directory.path() / "upload";
    std::ofstream(file, std::ios::binary) << content;
    const auto detected = detect_media_type(file, filename);
    if (expected == "application/octet-stream") {
      EXPECT_TRUE(detected.starts_with("application/")) << detected;
      EXPECT_FALSE(is_text_media_type(detected)) << detected;
    } else {
      EXPECT_EQ(detected, expected) << filename << ": " << content;
    }
  }
}

TEST(MediaTypeTest, KnowsNothingOfAFileThatIsNotThere) {
  EXPECT_EQ(detect_media_type("/nowhere/at/all", "a.md"), "application/octet-stream");
}

}  // namespace
}  // namespace jobcast
