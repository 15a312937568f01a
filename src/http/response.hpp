#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jobcast/error.hpp"

#include "base/await.hpp"
#include "base/io_threads.hpp"
#include "base/tagged_text.hpp"

namespace jobcast::http {

/// A body that is read piece by piece while it is sent.
struct BodySource {
  std::uint64_t total_bytes = 0;
  /// The next piece; empty at the end. An error cuts the connection: the status line is gone already.
  std::function<Task<result<std::string>>()> next;
};

/// What a handler answers. Framing, connection handling, HEAD and 304 are the session's.
struct Response {
  unsigned status = 200;
  std::string content_type;        ///< empty: no body
  std::string_view cache_control;  ///< empty: no header
  std::string body;
  std::string_view static_body;              ///< instead of `body`: bytes that live as long as the program
  std::shared_ptr<const TaggedText> shared;  ///< instead of `body` and `etag`
  BodySource source;                         ///< instead of all of these
  std::string etag;                          ///< quoted; empty: none
  std::vector<std::pair<std::string_view, std::string>> headers;  ///< names are literals
  /// The connection becomes an event stream: takes the socket over, on its io thread; nothing else is sent.
  std::function<void(TcpSocket)> take_over;
  bool endless = false;  ///< to HEAD: the body that GET gets has no length
  bool close = false;    ///< end the connection after this answer

  /// The whole body, where it has no source.
  [[nodiscard]] std::string_view content() const;
  [[nodiscard]] std::string_view tag() const;
};

/// 200 with JSON that clients may keep but must ask again about: strong ETag of the bytes, `no-cache`.
Response json_response(std::string body);
Response json_response(std::shared_ptr<const TaggedText> shared);

/// The JSON answer to a request that changes something: nobody asks for it again, so it has no tag.
Response json_outcome(unsigned status, std::string body);

/// Whether If-None-Match names the tag (RFC 9110, section 13.1.2; weak comparison).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace jobcast::http
