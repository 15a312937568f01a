#include "http/file_body.hpp"

#include <gtest/gtest.h>

namespace jobcast::http {
namespace {

TEST(AttachmentTest, EncodesWhatIsNotPlain) {
  EXPECT_EQ(attachment_header("a b.png"), "attachment; filename=\"a b.png\"");
  EXPECT_EQ(attachment_header("B\xc3\xbc"
                              "cher.pdf"),
            "attachment; filename=\"B__cher.pdf\"; filename*=UTF-8''B%C3%BCcher.pdf");
  EXPECT_EQ(attachment_header("a\"b\\c%d.txt"),
            "attachment; filename=\"a_b_c_d.txt\"; filename*=UTF-8''a%22b%5Cc%25d.txt");
}

TEST(HarmlessMediaTypeTest, RunsNoScripts) {
  for (const auto* type : {"text/plain", "image/png", "image/jpeg", "application/json", "application/pdf"}) {
    EXPECT_TRUE(is_harmless_media_type(type)) << type;
  }
  for (const auto* type : {"", "text/html", "image/svg+xml", "text/xml", "application/xhtml+xml", "image/*"}) {
    EXPECT_FALSE(is_harmless_media_type(type)) << type;
  }
}

}  // namespace
}  // namespace jobcast::http
