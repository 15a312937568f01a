#pragma once

#include "base/await.hpp"
#include "http/connection.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace jobcast::http {

/// Sends one answer: status line, headers, framing, HEAD and 304.
class ResponseWriter {
 public:
  /// @param keep_alive  the connection goes on after this answer
  ResponseWriter(Connection& connection, const Request& request, bool keep_alive)
      : connection_(connection), request_(request), keep_alive_(keep_alive) {}

  /// False: the connection is dead, or cut because the body's source failed.
  Task<bool> write(const Response& response);

 private:
  [[nodiscard]] bool is_not_modified(const Response& response) const;
  [[nodiscard]] std::string head(const Response& response, unsigned status, std::uint64_t body_bytes) const;
  Task<bool> write_source(const BodySource& source);

  Connection& connection_;
  const Request& request_;
  bool keep_alive_;
};

/// Status line, Date and the given content type: the common start of every head, streams' included.
std::string begin_head(unsigned status, bool http_1_0);

}  // namespace jobcast::http
