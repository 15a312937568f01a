#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobcast {

/// Far more than any answer takes under a sanitizer on a busy machine; what takes longer throws.
inline constexpr auto client_patience = std::chrono::seconds(30);

/// A blocking connection to 127.0.0.1 of which every wait has an end. All failures throw std::runtime_error.
class ClientSocket {
 public:
  /// @param receive_bytes  of the kernel's receive buffer; 0: its own choice
  explicit ClientSocket(std::uint16_t port, int receive_bytes = 0);
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  /// False: the other side has closed.
  bool send(std::string_view bytes);

  /// What comes next; empty at the end, or where the other side has reset the connection.
  std::string receive(std::chrono::milliseconds patience = client_patience);

  void shutdown_send();

 private:
  void wait(short events, std::chrono::milliseconds patience) const;

  int descriptor_ = -1;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpResponse {
  int status = 0;
  bool http_1_0 = false;
  Headers headers;
  std::string body;

  /// The value of a header, whatever its case; empty where it is missing.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }

  /// The problem's code; empty where the answer is none.
  [[nodiscard]] std::string code() const;
};

/// Reads a response's status line and headers. `head` ends before the empty line.
HttpResponse parse_response_head(std::string_view head);

/// One connection of a client that speaks exactly what it is told.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(port) {}

  /// False: the server has closed.
  bool send(std::string_view bytes) { return socket_.send(bytes); }
  void shutdown_send() { socket_.shutdown_send(); }

  /// The next response, 100 Continue included. `to_head`: it has no body, whatever its headers say.
  HttpResponse read_response(bool to_head = false);

  /// Sends a request with its Host and, where there is a body or `method` is POST, its Content-Length.
  HttpResponse request(std::string_view method, std::string_view target, const Headers& headers = {},
                       std::string_view body = {});
  HttpResponse get(std::string_view target, const Headers& headers = {}) { return request("GET", target, headers); }

  /// Whether the server ends the connection with nothing more to say.
  bool is_closed();

 private:
  std::string take_line_block();
  std::string take(std::size_t bytes);

  ClientSocket socket_;
  std::string buffer_;
};

/// A multipart/form-data body with the boundary "frontier".
class Form {
 public:
  Form& field(std::string_view name, std::string_view value);
  Form& file(std::string_view filename, std::string_view content);

  [[nodiscard]] std::string body() const { return body_ + "--frontier--\r\n"; }
  static Headers headers() { return {{"Content-Type", "multipart/form-data; boundary=frontier"}}; }

 private:
  std::string body_;
};

/// Uploads a file on a connection of its own. Gives the job.
nlohmann::json upload(std::uint16_t port, const std::string& filename, std::string_view content);

/// Makes a job that waits for an outside worker. Gives the job.
nlohmann::json make_external_job(std::uint16_t port, const std::string& filename);

/// PATCHes a job; throws unless that is answered 200. Gives the job.
nlohmann::json patch_job(std::uint16_t port, const std::string& id, const nlohmann::json& changes);

}  // namespace jobcast
