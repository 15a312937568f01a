#include "http/response_writer.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <ctime>

#include "base/json_text.hpp"

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

/// The Date header's value (RFC 9110, section 5.6.7), made anew once a second a thread.
std::string_view http_date() {
  thread_local std::time_t made_at = 0;
  thread_local std::array<char, 32> text{};
  thread_local std::size_t length = 0;
  const auto now = std::time(nullptr);
  if (now != made_at) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    made_at = now;
  }
  return {text.data(), length};
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

std::string begin_head(unsigned status, bool http_1_0) {
  std::string out;
  out.reserve(512);
  out += http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ";
  append_number(out, status);
  out += ' ';
  out += beast_http::obsolete_reason(static_cast<beast_http::status>(status));
  out += "\r\n";
  append_header(out, "Date", http_date());
  return out;
}

bool ResponseWriter::is_not_modified(const Response& response) const {
  if (response.status != 200 || response.tag().empty() || request_.fields == nullptr || !request_.is_read())
    return false;
  return etag_matches(request_.header(beast_http::field::if_none_match), response.tag());
}

std::string ResponseWriter::head(const Response& response, unsigned status, std::uint64_t body_bytes) const {
  auto out = begin_head(status, request_.http_1_0);
  const bool has_content = status != 204 && status != 304;
  if (has_content && !response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
  if (has_content && !response.endless) {
    out += "Content-Length: ";
    append_number(out, body_bytes);
    out += "\r\n";
  }
  if (!response.cache_control.empty()) append_header(out, "Cache-Control", response.cache_control);
  if (const auto tag = response.tag(); !tag.empty()) append_header(out, "ETag", tag);
  append_header(out, "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  if (!keep_alive_) {
    append_header(out, "Connection", "close");
  } else if (request_.http_1_0) {
    append_header(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  return out;
}

Task<bool> ResponseWriter::write(const Response& response) {
  const bool not_modified = is_not_modified(response);
  const auto whole = response.content();
  const auto body_bytes = response.source.next ? response.source.total_bytes : whole.size();
  const auto head_text = head(response, not_modified ? 304 : response.status, body_bytes);
  const bool head_only = not_modified || request_.is_head() || response.status == 204;
  if (head_only) co_return co_await connection_.write(head_text);
  if (response.source.next) {
    if (!co_await connection_.write(head_text)) co_return false;
    co_return co_await write_source(response.source);
  }
  const std::array<std::string_view, 2> pieces = {head_text, whole};
  std::size_t written = 0;
  if (const auto done = connection_.write_at_once(pieces, written)) co_return *done;
  co_return co_await connection_.write(pieces, written);
}

Task<bool> ResponseWriter::write_source(const BodySource& source) {
  std::uint64_t left = source.total_bytes;
  while (left > 0) {
    const auto piece = co_await source.next();
    if (!piece || piece->empty() || piece->size() > left) co_return false;
    left -= piece->size();
    if (!co_await connection_.write(*piece)) co_return false;
  }
  co_return true;
}

}  // namespace jobcast::http
