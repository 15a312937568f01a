#include "http/raw_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace jobcast::http {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

std::string fault_of(const std::string& head) {
  const auto* fault = find_header_fault(head + "\r\n\r\n");
  return fault == nullptr ? std::string() : fault;
}

TEST(RawHeaderTest, FindsTheEndOfAHead) {
  EXPECT_EQ(find_head_end(""), std::nullopt);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n"), std::nullopt);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n\r"), std::nullopt);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\nHost: a\n\n"), std::nullopt);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 27U);
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"), 27U);
}

TEST(RawHeaderTest, TakesUsualHeads) {
  for (const auto& head : {
           "GET / HTTP/1.1\r\nHost: a"s,
           "GET / HTTP/1.1\r\nhost:a\r\nX-Empty:\r\nX-Colons: a:b:c"s,
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5"s,
           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:  Chunked\t"s,
           "GET / HTTP/1.0"s,
           "GET / HTTP/1.0\r\nHost: a"s,
       }) {
    EXPECT_EQ(fault_of(head), "") << head;
  }
}

TEST(RawHeaderTest, NamesEachFault) {
  struct Case {
    std::string head;
    std::string fault;
  };
  const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
  const Case cases[] = {
      {start + "X: a\0b"s, "NUL"},
      {start + "X: a\nY: b", "bare CR or LF"},
      {start + "X: a\rY: b", "bare CR or LF"},
      {"POST / HTTP/1.1\nHost: a", "bare CR or LF"},
      {start + "X: a\r\n b", "folded"},
      {start + "X: a\r\n\tb", "folded"},
      {start + "nonsense", "without a colon"},
      {start + "Content-Length : 5", "white space in a header's name"},
      {start + ": 5", "white space in a header's name"},
      {"POST / HTTP/1.1\r\nX: a", "no Host"},
      {start + "HOST: b", "more than one Host"},
      {start + "Content-Length: 5\r\ncontent-length: 5", "more than one Content-Length"},
      {start + "Content-Length: 5, 5", "more than one Content-Length"},
      {start + "Content-Length: 5\r\nTransfer-Encoding: chunked", "both Content-Length and Transfer-Encoding"},
      {start + "Transfer-Encoding: gzip", "other than chunked"},
      {start + "Transfer-Encoding: chunked, gzip", "other than chunked"},
      {start + "Transfer-Encoding: gzip, chunked", "other than chunked"},
      {start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "other than chunked"},
      {start + "Transfer-Encoding:", "other than chunked"},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked", "HTTP/1.0"},
  };
  for (const auto& [head, fault] : cases) EXPECT_THAT(fault_of(head), HasSubstr(fault)) << head;
}

}  // namespace
}  // namespace jobcast::http
