#include "http_client.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace jobcast::bench {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) throw std::runtime_error("no number in an answer: " + std::string(text));
  return value;
}

}  // namespace

std::optional<Answer> find_answer(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  const auto head = bytes.substr(0, end + 4);
  if (!head.starts_with("HTTP/1.1 ")) throw std::runtime_error("not an answer: " + std::string(head));
  Answer answer;
  answer.status = static_cast<unsigned>(number(head.substr(9, 3)));
  answer.head_bytes = head.size();
  answer.total_bytes = head.size();
  if (answer.status != 304) answer.total_bytes += number(header_value(head, "Content-Length"));
  return answer;
}

std::string_view header_value(std::string_view head, std::string_view name) {
  for (auto at = head.find(name); at != std::string_view::npos; at = head.find(name, at + 1)) {
    auto rest = head.substr(at + name.size());
    if (at == 0 || head[at - 1] != '\n' || !rest.starts_with(": ")) continue;
    rest.remove_prefix(2);
    return rest.substr(0, rest.find('\r'));
  }
  return {};
}

std::string make_request(std::string_view method, std::string_view target, std::string_view body) {
  std::string out(method);
  out += ' ';
  out += target;
  out += " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n";
  if (!body.empty()) {
    out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  out += "\r\n";
  out += body;
  return out;
}

HttpClient::HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (socket_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
  const int error = errno;
  ::close(socket_);
  throw std::system_error(error, std::generic_category(), "connect");
}

HttpClient::~HttpClient() {
  if (socket_ >= 0) ::close(socket_);
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

void HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void HttpClient::receive() {
  static thread_local std::array<char, read_bytes> piece;
  const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
  if (got < 0) fail("recv");
  if (got == 0) throw std::runtime_error("the server ended a connection");
  received_.append(piece.data(), static_cast<std::size_t>(got));
}

std::string HttpClient::ask(std::string_view request) {
  send(request);
  std::optional<Answer> answer;
  while (!(answer = find_answer(received_)) || received_.size() < answer->total_bytes) receive();
  auto text = received_.substr(0, answer->total_bytes);
  received_.erase(0, answer->total_bytes);
  if (answer->status / 100 != 2) throw std::runtime_error("refused: " + text);
  return text;
}

}  // namespace jobcast::bench
