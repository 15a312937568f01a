#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace jobcast {
namespace {

TEST(DigestTest, IsSha256) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/// RFC 4231, section 4.3.
TEST(DigestTest, IsAnHmac) {
  const std::uint8_t key[] = {'J', 'e', 'f', 'e'};
  EXPECT_EQ(to_hex(hmac_sha256(key, "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(DigestTest, TellsAnyDifference) {
  const auto digest = sha256("abc");
  EXPECT_TRUE(equal_in_constant_time(digest, sha256("abc")));
  for (std::size_t i = 0; i < 8 * digest.size(); ++i) {
    auto other = digest;
    other[i / 8] = static_cast<std::uint8_t>(other[i / 8] ^ (1U << (i % 8)));
    EXPECT_FALSE(equal_in_constant_time(digest, other)) << i;
  }
}

TEST(DigestTest, ReadsOnlyItsOwnHexadecimal) {
  const auto digest = sha256("abc");
  const auto text = to_hex(digest);
  EXPECT_EQ(parse_digest(text), digest);
  auto upper = text;
  upper[0] = 'B';
  auto space = text;
  space[63] = ' ';
  for (const auto& other : {std::string(), text.substr(1), text + '0', upper, space}) {
    EXPECT_FALSE(parse_digest(other)) << other;
  }
}

}  // namespace
}  // namespace jobcast
