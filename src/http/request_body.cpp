#include "http/request_body.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "http/problem.hpp"

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::uint64_t cheap_bytes = 64 * 1024;

}  // namespace

RequestBody::RequestBody(Connection& connection, RequestParser& parser, Pace pace, bool expects_continue)
    : connection_(connection),
      parser_(parser),
      pace_(pace),
      began_(std::chrono::steady_clock::now()),
      expects_continue_(expects_continue) {}

std::optional<std::uint64_t> RequestBody::content_length() const {
  const auto length = parser_.content_length();
  if (!length) return {};
  return *length;
}

bool RequestBody::is_cheap_to_skip() const {
  const auto length = parser_.content_length_remaining();
  return fault_ == Fault::none && !expects_continue_ && length && *length <= cheap_bytes;
}

Task<bool> RequestBody::say_continue() {
  if (!expects_continue_) co_return true;
  expects_continue_ = false;
  co_return co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n");
}

Task<bool> RequestBody::fill() {
  auto allowed = pace_.grace;
  if (pace_.min_bytes_per_second > 0) allowed += std::chrono::seconds(received_ / pace_.min_bytes_per_second);
  connection_.set_deadline(began_ + allowed);
  if (co_await connection_.read_more(piece_.size())) co_return true;
  fault_ = connection_.timed_out() ? Fault::too_slow : Fault::truncated;
  co_return false;
}

Task<std::optional<std::span<const char>>> RequestBody::next() {
  if (fault_ != Fault::none) co_return std::nullopt;
  if (parser_.is_done()) co_return std::span<const char>();
  if (!co_await say_continue()) {
    fault_ = Fault::truncated;
    co_return std::nullopt;
  }
  if (piece_.empty()) {
    const std::uint64_t left = parser_.content_length_remaining().value_or(piece_bytes);
    piece_.resize(std::clamp<std::uint64_t>(left, 1, piece_bytes));
  }
  auto& body = parser_.get().body();
  while (true) {
    body.data = piece_.data();
    body.size = piece_.size();
    body.more = true;
    boost::beast::error_code error;
    if (connection_.buffer().size() > 0) {
      connection_.buffer().consume(parser_.put(connection_.buffer().cdata(), error));
    } else {
      error = beast_http::error::need_more;
    }
    const auto produced = piece_.size() - body.size;
    received_ += produced;
    if (error && error != beast_http::error::need_more && error != beast_http::error::need_buffer) {
      fault_ = Fault::malformed;
      co_return std::nullopt;
    }
    if (produced > 0 || parser_.is_done()) co_return std::span<const char>(piece_.data(), produced);
    if (error == beast_http::error::need_more && !co_await fill()) co_return std::nullopt;
  }
}

Task<std::optional<std::string>> RequestBody::read_all(std::uint64_t limit) {
  std::string whole;
  if (content_length().value_or(0) > limit) {
    fault_ = Fault::too_large;
    co_return std::nullopt;
  }
  while (true) {
    const auto piece = co_await next();
    if (!piece) co_return std::nullopt;
    if (piece->empty()) co_return whole;
    if (whole.size() + piece->size() > limit) {
      fault_ = Fault::too_large;
      co_return std::nullopt;
    }
    whole.append(piece->data(), piece->size());
  }
}

Response RequestBody::fault() const {
  Response response;
  switch (fault_) {
    case Fault::too_slow:
      response = problem(408, "request_timeout", "the request's body came too slowly");
      break;
    case Fault::too_large:
      response = problem(413, "payload_too_large", "the request's body is larger than the server takes here");
      break;
    case Fault::malformed:
      response = problem(400, "malformed_request", "the request's body is not framed as HTTP demands");
      break;
    default:
      response = problem(400, "incomplete_body", "the request's body ended before its announced end");
  }
  response.close = true;
  return response;
}

}  // namespace jobcast::http
