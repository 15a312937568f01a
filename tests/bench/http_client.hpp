#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobcast::bench {

/// Where an answer with a Content-Length lies in the bytes read so far.
struct Answer {
  unsigned status = 0;
  std::size_t head_bytes = 0;   ///< with the empty line
  std::size_t total_bytes = 0;  ///< head and body
};

/// The first answer in `bytes`, where its head is there. Throws std::runtime_error on what is no such answer.
std::optional<Answer> find_answer(std::string_view bytes);

/// A header's value in an answer's head, empty where there is none.
std::string_view header_value(std::string_view head, std::string_view name);

/// A request with a Host header, and a JSON body where one is given.
std::string make_request(std::string_view method, std::string_view target, std::string_view body = {});

/// A connection to 127.0.0.1 without Nagle's delay. Its functions throw std::system_error or std::runtime_error.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;

  [[nodiscard]] int descriptor() const { return socket_; }

  /// Sends all of it.
  void send(std::string_view bytes);

  /// Waits for more bytes and puts them behind those in received().
  void receive();

  [[nodiscard]] std::string& received() { return received_; }

  /// Sends the request, waits for the answer to it and returns head and body. Throws unless the status is 2xx.
  std::string ask(std::string_view request);

 private:
  int socket_ = -1;
  std::string received_;
};

}  // namespace jobcast::bench
