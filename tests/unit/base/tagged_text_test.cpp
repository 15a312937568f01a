#include "base/tagged_text.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace jobcast {
namespace {

TEST(EtagTest, DiffersWithEveryByteAndLength) {
  std::set<std::string> tags;
  std::string bytes;
  for (int length = 0; length < 40; ++length) {
    EXPECT_TRUE(tags.insert(make_etag(bytes)).second) << "length " << length;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      auto changed = bytes;
      changed[i] = '\1';
      EXPECT_TRUE(tags.insert(make_etag(changed)).second) << "byte " << i << " of " << length;
    }
    bytes += '\0';
  }
  EXPECT_EQ(make_etag("abc"), make_etag("abc"));
  EXPECT_EQ(make_etag("abc").size(), 34U);
}

TEST(TaggedTextTest, CarriesTheTagOfItsBytes) {
  const TaggedText text("abc");
  EXPECT_EQ(text.text, "abc");
  EXPECT_EQ(text.etag, make_etag("abc"));
}

}  // namespace
}  // namespace jobcast
