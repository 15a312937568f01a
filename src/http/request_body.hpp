#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/await.hpp"
#include "http/connection.hpp"
#include "http/response.hpp"

namespace jobcast::http {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

/// A request's body, read as the handler asks for it, transfer coding taken off.
class RequestBody {
 public:
  struct Pace {
    std::chrono::steady_clock::duration grace{};  ///< before the first byte counts
    std::uint64_t min_bytes_per_second = 0;       ///< slower on the whole: 408
  };

  /// `parser` has read the head. `expects_continue`: the client waits for a 100 before it sends.
  RequestBody(Connection& connection, RequestParser& parser, Pace pace, bool expects_continue);

  /// The next piece, empty at the end; valid until the next call. Nothing: the body can't be had, see fault().
  Task<std::optional<std::span<const char>>> next();

  /// The whole body, where it has at most `limit` bytes. Nothing: see fault(); too large is a fault, too.
  Task<std::optional<std::string>> read_all(std::uint64_t limit);

  /// The request says that it has a body, if only an empty one.
  [[nodiscard]] bool is_framed() const { return parser_.chunked() || parser_.content_length().has_value(); }

  /// What the announced length says; nothing for a chunked body.
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;

  /// The answer to a body that could not be read. It ends the connection.
  [[nodiscard]] Response fault() const;

  [[nodiscard]] bool is_done() const { return parser_.is_done(); }

  /// Worth reading away, so that the connection can go on: short, and coming without our asking.
  [[nodiscard]] bool is_cheap_to_skip() const;

 private:
  enum class Fault : std::uint8_t { none, truncated, malformed, too_slow, too_large };

  Task<bool> say_continue();
  Task<bool> fill();

  Connection& connection_;
  RequestParser& parser_;
  Pace pace_;
  std::vector<char> piece_;
  std::chrono::steady_clock::time_point began_;
  std::uint64_t received_ = 0;
  Fault fault_ = Fault::none;
  bool expects_continue_;
};

}  // namespace jobcast::http
