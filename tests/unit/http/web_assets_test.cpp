#include "http/web_assets.hpp"

#include <gtest/gtest.h>

namespace jobcast::http {
namespace {

TEST(WebAssetsTest, FindsPagesWithoutTheirExtension) {
  EXPECT_EQ(page_address("/index.html"), "/");
  EXPECT_EQ(page_address("/admin/sse-demo.html"), "/admin/sse-demo");
  EXPECT_EQ(page_address("/admin/index.html"), "/admin");
  EXPECT_EQ(page_address("/assets/index-B2k1.js"), "");
}

}  // namespace
}  // namespace jobcast::http
