#include "work/handlers/text_decoder.hpp"

#include <gtest/gtest.h>
#include <string>

namespace jobcast {
namespace {

using namespace std::string_literals;

struct Case {
  const char* what;
  std::string bytes;
  TextEncoding encoding;
  std::string text;
};

const Case cases[] = {
    {"nothing", "", TextEncoding::utf8, ""},
    {"ASCII", "plain", TextEncoding::utf8, "plain"},
    {"UTF-8", "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", TextEncoding::utf8, "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"UTF-8 with a byte order mark", "\xef\xbb\xbfhi", TextEncoding::utf8, "hi"},
    {"a byte order mark alone", "\xef\xbb\xbf", TextEncoding::utf8, ""},
    {"a second byte order mark is text", "\xef\xbb\xbf\xef\xbb\xbf", TextEncoding::utf8, "\xef\xbb\xbf"},
    {"NUL characters", "a\0b\0"s, TextEncoding::utf8, "ab"},
    {"Latin-1", "caf\xe9", TextEncoding::windows1252, "caf\xc3\xa9"},
    {"Windows-1252", "\x93hi\x94 \x80\x81", TextEncoding::windows1252,
     "\xe2\x80\x9chi\xe2\x80\x9d \xe2\x82\xac\xef\xbf\xbd"},
    {"Latin-1 with a NUL", "\xe9\0\xe8"s, TextEncoding::windows1252, "\xc3\xa9\xc3\xa8"},
    {"damaged UTF-8", "\xc3\xa9\xc3\xa8\xc3\xaa \xff!", TextEncoding::utf8, "\xc3\xa9\xc3\xa8\xc3\xaa \xef\xbf\xbd!"},
    {"UTF-8 that ends in a character", "\xc3\xa9\xe2\x82", TextEncoding::utf8, "\xc3\xa9\xef\xbf\xbd"},
    {"U+FFFD itself is no damage", "\xef\xbf\xbd\xe9", TextEncoding::utf8, "\xef\xbf\xbd\xef\xbf\xbd"},
    {"UTF-16, little end first", "\xff\xfeh\0\xe9\0\xac\x20\x3d\xd8\x00\xde"s, TextEncoding::utf16le,
     "h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"UTF-16, big end first", "\xfe\xff\0h\0\xe9\x20\xac\xd8\x3d\xde\x00"s, TextEncoding::utf16be,
     "h\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"half a pair, then text", "\xfe\xff\xd8\x3d\0h"s, TextEncoding::utf16be, "\xef\xbf\xbdh"},
    {"two first halves", "\xfe\xff\xd8\x3d\xd8\x3d\xde\x00"s, TextEncoding::utf16be, "\xef\xbf\xbd\xf0\x9f\x98\x80"},
    {"a second half alone", "\xfe\xff\xde\x00\0h"s, TextEncoding::utf16be, "\xef\xbf\xbdh"},
    {"half a pair at the end", "\xfe\xff\0h\xd8\x3d"s, TextEncoding::utf16be, "h\xef\xbf\xbd"},
    {"an odd byte at the end", "\xff\xfeh\0i"s, TextEncoding::utf16le, "h\xef\xbf\xbd"},
};

TEST(TextDecoderTest, MakesUtf8OfEachEncodingWhateverThePieces) {
  for (const auto& [what, bytes, encoding, text] : cases) {
    for (std::size_t piece = 1; piece <= bytes.size() + 1; ++piece) {
      EncodingGuess guess;
      for (std::size_t at = 0; at < bytes.size(); at += piece) guess.add(std::string_view(bytes).substr(at, piece));
      EXPECT_EQ(guess.encoding(), encoding) << what << ", pieces of " << piece;

      TextDecoder decoder(encoding);
      std::string out;
      for (std::size_t at = 0; at < bytes.size(); at += piece) {
        decoder.decode(std::string_view(bytes).substr(at, piece), out);
      }
      decoder.finish(out);
      EXPECT_EQ(out, text) << what << ", pieces of " << piece;
    }
  }
}

}  // namespace
}  // namespace jobcast
