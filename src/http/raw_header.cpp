#include "http/raw_header.hpp"

#include <boost/beast/core/string.hpp>

namespace jobcast::http {
namespace {

/// What the framing headers of one head say together.
struct Framing {
  int hosts = 0;
  int content_lengths = 0;
  int transfer_encodings = 0;
  bool plain_chunked = true;
};

// Not find_first_of(): of a set that calls memchr() for every byte of the text.
bool has_either(std::string_view text, char a, char b) {
  return text.find(a) != std::string_view::npos || text.find(b) != std::string_view::npos;
}

std::string_view trimmed(std::string_view value) {
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

const char* look_at_line(std::string_view line, Framing& framing) {
  if (line[0] == ' ' || line[0] == '\t') return "a folded header line";
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return "a header line without a colon";
  const auto name = line.substr(0, colon);
  if (name.empty() || has_either(name, ' ', '\t')) return "white space in a header's name";
  if (boost::beast::iequals(name, "host")) ++framing.hosts;
  if (boost::beast::iequals(name, "content-length")) {
    ++framing.content_lengths;
    // Several in one line are as ambiguous as several lines.
    if (line.find(',', colon) != std::string_view::npos) ++framing.content_lengths;
  }
  if (boost::beast::iequals(name, "transfer-encoding")) {
    ++framing.transfer_encodings;
    framing.plain_chunked = boost::beast::iequals(trimmed(line.substr(colon + 1)), "chunked");
  }
  return nullptr;
}

const char* look_at_framing(const Framing& framing, bool http_1_0) {
  if (framing.hosts > 1) return "more than one Host header";
  if (framing.hosts == 0 && !http_1_0) return "no Host header";
  if (framing.content_lengths > 1) return "more than one Content-Length";
  if (framing.transfer_encodings == 0) return nullptr;
  if (framing.content_lengths > 0) return "both Content-Length and Transfer-Encoding";
  if (framing.transfer_encodings > 1 || !framing.plain_chunked) return "a transfer coding other than chunked";
  if (http_1_0) return "a transfer coding in HTTP/1.0";
  return nullptr;
}

}  // namespace

std::optional<std::size_t> find_head_end(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  return end + 4;
}

const char* find_header_fault(std::string_view head) {
  if (head.find('\0') != std::string_view::npos) return "a NUL byte";
  Framing framing;
  const auto request_line = head.substr(0, head.find("\r\n"));
  const bool http_1_0 = request_line.ends_with("HTTP/1.0");
  std::size_t at = 0;
  while (at < head.size()) {
    const auto end = head.find("\r\n", at);
    const auto line = head.substr(at, end - at);
    if (has_either(line, '\r', '\n')) return "a bare CR or LF";
    if (at > 0 && !line.empty()) {
      if (const auto* fault = look_at_line(line, framing)) return fault;
    }
    at = end + 2;
  }
  return look_at_framing(framing, http_1_0);
}

}  // namespace jobcast::http
