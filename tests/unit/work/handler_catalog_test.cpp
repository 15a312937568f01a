#include "work/handler_catalog.hpp"

#include <gtest/gtest.h>

namespace jobcast {
namespace {

TEST(HandlerCatalogTest, KnowsTheBuiltInKinds) {
  const auto catalog = make_handler_catalog();
  EXPECT_EQ(catalog.file_kind(), "document");
  EXPECT_TRUE(catalog.known("document"));
  EXPECT_FALSE(catalog.is_external("document"));
  EXPECT_NE(catalog.handler("document"), nullptr);

  EXPECT_TRUE(catalog.known("external"));
  EXPECT_TRUE(catalog.is_external("external"));
  EXPECT_EQ(catalog.handler("external"), nullptr);

  for (const auto* kind : {"", "Document", "thumbnail"}) {
    EXPECT_FALSE(catalog.known(kind)) << kind;
    EXPECT_FALSE(catalog.is_external(kind)) << kind;
    EXPECT_EQ(catalog.handler(kind), nullptr) << kind;
  }
}

}  // namespace
}  // namespace jobcast
