#include "http/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "jobcast/limits.hpp"

namespace jobcast::http {
namespace {

using Step = MultipartParser::Step;

struct Part {
  std::string name;
  std::optional<std::string> filename;
  std::string data;
  bool ended = false;

  bool operator==(const Part&) const = default;
};

struct Form {
  std::vector<Part> parts;
  Step last = Step::need_more;
  std::string fault;

  bool operator==(const Form&) const = default;
};

/// Lets the parser work off what it was fed.
void take_all(MultipartParser& parser, Form& form) {
  while (true) {
    form.last = parser.next();
    switch (form.last) {
      case Step::part_begin:
        form.parts.push_back({parser.head().name, parser.head().filename, {}, false});
        break;
      case Step::data:
        EXPECT_FALSE(parser.data().empty());
        form.parts.back().data += parser.data();
        break;
      case Step::part_end:
        form.parts.back().ended = true;
        break;
      case Step::malformed:
        form.fault = parser.fault();
        return;
      default:
        return;
    }
  }
}

Form parse(const std::vector<std::string_view>& pieces, std::string_view boundary = "B") {
  MultipartParser parser(boundary);
  Form form;
  for (const auto piece : pieces) {
    parser.feed(piece);
    take_all(parser, form);
  }
  return form;
}

/// The only part of a form whose Content-Disposition is this.
std::optional<Part> part_with(const std::string& disposition) {
  const auto form = parse({"--B\r\nContent-Disposition: " + disposition + "\r\n\r\nx\r\n--B--"});
  if (form.last != Step::finished || form.parts.size() != 1) return {};
  return form.parts.front();
}

constexpr std::string_view whole_form =
    "a preamble\r\n--A, nearly\r\n"
    "--B  \r\n"
    "content-type: text/plain\r\n"
    "CONTENT-DISPOSITION:form-data; name=\"file\"; filename=\"a.txt\"\r\n"
    "\r\n"
    "line\r\n--A\r\n-\r\n--\r\r\n\r\n--C--\r\n"
    "\r\n--B\r\n"
    "Content-Disposition: form-data; name=kind\r\n"
    "\r\n"
    "\r\n--B\r\n"
    "Content-Disposition: form-data; name=\"file\"; filename=\"empty\"\r\n"
    "\r\n"
    "\r\n--B--\r\n"
    "an epilogue\r\n--B\r\n";

Form parsed_whole_form() {
  return {{{"file", "a.txt", "line\r\n--A\r\n-\r\n--\r\r\n\r\n--C--\r\n", true},
           {"kind", std::nullopt, "", true},
           {"file", "empty", "", true}},
          Step::finished,
          ""};
}

TEST(MultipartTest, ReadsPartsBetweenPreambleAndEpilogue) {
  EXPECT_EQ(parse({whole_form}), parsed_whole_form());
}

TEST(MultipartTest, ReadsTheSameWhereverItIsSplit) {
  const auto expected = parsed_whole_form();
  for (std::size_t at = 0; at <= whole_form.size(); ++at) {
    EXPECT_EQ(parse({whole_form.substr(0, at), whole_form.substr(at)}), expected) << "split at " << at;
  }
  for (std::size_t size = 1; size < 9; ++size) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < whole_form.size(); at += size) pieces.push_back(whole_form.substr(at, size));
    EXPECT_EQ(parse(pieces), expected) << "pieces of " << size;
  }
}

TEST(MultipartTest, HoldsBackOnlyWhatMayBeTheBoundary) {
  MultipartParser parser("B");
  parser.feed("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
  Form form;
  take_all(parser, form);
  std::size_t fed = 0;
  for (int i = 0; i < 100; ++i) {
    parser.feed(std::string(1000, 'x'));
    fed += 1000;
    take_all(parser, form);
    EXPECT_LE(fed - form.parts.back().data.size(), std::string_view("\r\n--B").size());
  }
}

TEST(MultipartTest, WantsMoreUntilTheClosingBoundary) {
  const auto end = whole_form.find("--B--") + 5;
  for (std::size_t size = 0; size < end; ++size) {
    EXPECT_EQ(parse({whole_form.substr(0, size)}).last, Step::need_more) << size;
  }
  EXPECT_EQ(parse({whole_form.substr(0, end)}).last, Step::finished);
}

TEST(MultipartTest, TakesAFormWithNoParts) {
  const auto form = parse({"--B--\r\n"});
  EXPECT_EQ(form.last, Step::finished);
  EXPECT_TRUE(form.parts.empty());
}

TEST(MultipartTest, ReadsNamesAsBrowsersWriteThem) {
  struct Case {
    std::string disposition;
    std::string name;
    std::optional<std::string> filename;
  };
  const Case cases[] = {
      {"form-data; name=\"file\"; filename=\"a.pdf\"", "file", "a.pdf"},
      {"form-data; name=\"file\"; filename=\"\"", "file", ""},
      {"form-data; name=\"kind\"", "kind", std::nullopt},
      {"form-data; name=file; filename=a.pdf", "file", "a.pdf"},
      {"Form-Data ;\tNAME=file;FileName=a.pdf", "file", "a.pdf"},
      {"form-data; filename=\"a\"; name=\"file\"", "file", "a"},
      {"form-data; name=\"file\"; filename=\"say %22hi%22\"", "file", "say \"hi\""},
      {"form-data; name=\"file\"; filename=\"two%0D%0Alines%0d%0a\"", "file", "two\r\nlines\r\n"},
      {"form-data; name=\"file\"; filename=\"100%25 %41 %2\"", "file", "100%25 %41 %2"},
      {R"(form-data; name="file"; filename="a\"b")", "file", "a\"b"},
      {R"(form-data; name="file"; filename="C:\dir\a.txt")", "file", R"(C:\dir\a.txt)"},
      {"form-data; name=\"file\"; filename=\"a; name=b=c\"", "file", "a; name=b=c"},
      {"form-data; name=\"file\"; filename=\"B\xc3\xbc"
       "cher.pdf\"",
       "file",
       "B\xc3\xbc"
       "cher.pdf"},
      {"form-data; name=\"\"", "", std::nullopt},
  };
  for (const auto& [disposition, name, filename] : cases) {
    const auto part = part_with(disposition);
    ASSERT_TRUE(part) << disposition;
    EXPECT_EQ(part->name, name) << disposition;
    EXPECT_EQ(part->filename, filename) << disposition;
  }
}

TEST(MultipartTest, RefusesPartsThatAreNoFormData) {
  for (const auto* disposition : {"form-data", "form-data; filename=\"a\"", "attachment; name=\"file\"", ""}) {
    EXPECT_FALSE(part_with(disposition)) << disposition;
  }
  const auto form = parse({"--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--"});
  EXPECT_EQ(form.last, Step::malformed);
  EXPECT_THAT(form.fault, ::testing::HasSubstr("Content-Disposition"));
  EXPECT_EQ(parse({"--B\r\n\r\nx\r\n--B--"}).last, Step::malformed);
}

TEST(MultipartTest, RefusesABoundaryWithTextBehindIt) {
  const auto form = parse({"--Bx\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--"});
  EXPECT_EQ(form.last, Step::malformed);
  EXPECT_FALSE(form.fault.empty());
}

TEST(MultipartTest, RefusesHeadsThatDoNotEnd) {
  const std::string begin = "--B\r\nContent-Disposition: form-data; name=a\r\nX: ";
  const std::string much(limits::multipart_header_bytes, 'x');
  EXPECT_EQ(parse({begin, much, much}).last, Step::malformed);
  EXPECT_EQ(parse({begin + much + "\r\n\r\ndata"}).last, Step::malformed);
  EXPECT_EQ(parse({"--B", std::string(2 * limits::multipart_header_bytes, ' ')}).last, Step::malformed);

  const std::string fitting(limits::multipart_header_bytes - begin.size(), 'x');
  EXPECT_EQ(parse({begin + fitting + "\r\n\r\ndata\r\n--B--"}).last, Step::finished);
}

TEST(MultipartTest, StaysAtItsEnd) {
  MultipartParser parser("B");
  parser.feed("--B--");
  EXPECT_EQ(parser.next(), Step::finished);
  parser.feed("\r\n--B\r\n");
  EXPECT_EQ(parser.next(), Step::finished);

  MultipartParser broken("B");
  broken.feed("--Bx\r\n");
  EXPECT_EQ(broken.next(), Step::malformed);
  broken.feed("\r\n--B--");
  EXPECT_EQ(broken.next(), Step::malformed);
}

TEST(MultipartTest, FindsTheBoundary) {
  using Boundary = std::optional<std::string>;
  const std::string longest(70, 'b');
  struct Case {
    std::string content_type;
    Boundary expected;
  };
  const Case cases[] = {
      {"multipart/form-data; boundary=abc", "abc"},
      {"multipart/form-data;charset=utf-8; Boundary=\"a b\"; x=y", "a b"},
      {"multipart/form-data; boundary=----WebKitFormBoundaryX", "----WebKitFormBoundaryX"},
      {"multipart/form-data; boundary=" + longest, longest},
      {"multipart/form-data; boundary=" + longest + "b", std::nullopt},
      {"multipart/form-data", std::nullopt},
      {"multipart/form-data; boundary=", std::nullopt},
      {"multipart/form-data; boundary=\"\"", std::nullopt},
      {"multipart/form-data; boundary=\"a \"", std::nullopt},
      {"multipart/form-data; boundary", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [content_type, expected] : cases) {
    EXPECT_EQ(MultipartParser::boundary_of(content_type), expected) << content_type;
  }
}

}  // namespace
}  // namespace jobcast::http
