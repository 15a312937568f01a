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

HandlerConfig handler(std::string name, std::vector<std::string> command, std::vector<std::string> media_types = {},
                      bool automatic = false) {
  HandlerConfig config;
  config.name = std::move(name);
  config.command = std::move(command);
  config.media_types = std::move(media_types);
  config.automatic = automatic;
  config.external = config.command.empty();
  return config;
}

TEST(HandlerCatalogTest, TellsWhatConfiguredKindsNeed) {
  auto limited = handler("thumbnail", {"convert", "{input}[0]"}, {"image/*"});
  limited.concurrency = 3;
  auto document = handler("document", {});
  document.external = false;
  document.concurrency = 2;
  const auto catalog = make_handler_catalog(
      {limited, handler("report", {"report", "{output}"}), handler("outside", {}, {"video/*"}), document});
  const auto thumbnail = catalog.find("thumbnail");
  ASSERT_TRUE(thumbnail);
  EXPECT_TRUE(thumbnail->needs_file);
  EXPECT_FALSE(thumbnail->external);
  EXPECT_EQ(thumbnail->concurrency, 3U);
  EXPECT_TRUE(thumbnail->accepts_file("image/png"));
  EXPECT_FALSE(thumbnail->accepts_file("text/plain"));
  EXPECT_NE(catalog.handler("thumbnail"), nullptr);

  const auto report = catalog.find("report");
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->needs_file);
  EXPECT_TRUE(report->accepts_file("text/plain"));
  const auto outside = catalog.find("outside");
  ASSERT_TRUE(outside);
  EXPECT_TRUE(outside->external);
  EXPECT_FALSE(outside->needs_file);
  EXPECT_FALSE(outside->accepts_file("audio/ogg"));
  EXPECT_EQ(catalog.handler("outside"), nullptr);
  EXPECT_EQ(catalog.find("document")->concurrency, 2U);
  EXPECT_TRUE(catalog.find("document")->needs_file);
  EXPECT_FALSE(catalog.find("external")->needs_file);
}

TEST(HandlerCatalogTest, GivesFilesToTheKindThatFitsBest) {
  const std::vector<std::string> command = {"x", "{input}"};
  const auto catalog = make_handler_catalog({
      handler("not-automatic", command, {"image/png", "audio/ogg"}),
      handler("anything-of-text", command, {"text/*"}, true),
      handler("images", command, {"image/*"}, true),
      handler("more-images", command, {"image/*"}, true),
      handler("png", command, {"application/zip", "image/png"}, true),
      handler("also-png", command, {"image/png"}, true),
      handler("a-type-after", command, {"text/csv"}, true),
  });
  EXPECT_EQ(catalog.kind_for_file("image/png"), "png");
  EXPECT_EQ(catalog.kind_for_file("image/jpeg"), "images");
  EXPECT_EQ(catalog.kind_for_file("text/csv"), "a-type-after");
  EXPECT_EQ(catalog.kind_for_file("text/plain"), "anything-of-text");
  EXPECT_EQ(catalog.kind_for_file("application/zip"), "png");
  EXPECT_EQ(catalog.kind_for_file("audio/ogg"), "document");
  EXPECT_EQ(make_handler_catalog({handler("all", command, {"*/*"}, true), handler("text", command, {"text/*"}, true)})
                .kind_for_file("text/html"),
            "text");
}

TEST(MediaRangeTest, Fits) {
  EXPECT_EQ(fit_of("image/png", "image/png"), MediaFit::exact);
  EXPECT_EQ(fit_of("image/*", "image/png"), MediaFit::type);
  EXPECT_EQ(fit_of("*/*", "image/png"), MediaFit::any);
  EXPECT_EQ(fit_of("image/pn", "image/png"), MediaFit::none);
  EXPECT_EQ(fit_of("ima/*", "image/png"), MediaFit::none);
  EXPECT_EQ(fit_of("image/png", "image/p"), MediaFit::none);
  for (const auto* good : {"a/b", "image/*", "*/*", "image/svg+xml", "application/vnd.ms-excel"}) {
    EXPECT_TRUE(is_media_range(good)) << good;
  }
  for (const auto* bad : {"", "/", "image", "image/", "/png", "*/png", "*", "image/**", "image/*png", "Image/png",
                          "image/png; q=1", "image/a/b", " image/png", "im*/png"}) {
    EXPECT_FALSE(is_media_range(bad)) << bad;
  }
}

}  // namespace
}  // namespace jobcast
