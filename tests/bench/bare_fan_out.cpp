// The limit that the fan-out benchmark measures against: one thread with epoll that does nothing but send().
//
//     bare_fan_out
//
// GET makes the connection a subscriber. The body of a POST is sent to every subscriber as it is.

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

#include "file_limit.hpp"

namespace {

constexpr std::string_view stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view done = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

int listen_anywhere() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, plain, size) != 0 || ::listen(socket, 4096) != 0 || ::getsockname(socket, plain, &size) != 0) {
    std::perror("bare_fan_out");
    ::_exit(1);
  }
  std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return socket;
}

class Server {
 public:
  Server() : poll_(::epoll_create1(EPOLL_CLOEXEC)), listener_(listen_anywhere()) { watch(listener_); }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events{};
    while (true) {
      const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const int socket = events[static_cast<std::size_t>(i)].data.fd;
        if (socket == listener_) {
          accept_all();
        } else {
          read(socket);
        }
      }
    }
  }

 private:
  void watch(int socket) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  }

  void accept_all() const {
    while (true) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(socket);
    }
  }

  void read(int socket) {
    std::array<char, 16 * 1024> piece;
    const auto got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      std::erase(subscribers_, socket);
      requests_.erase(socket);
      ::close(socket);
      return;
    }
    auto& request = requests_[socket];
    request.append(piece.data(), static_cast<std::size_t>(got));
    const auto head_end = request.find("\r\n\r\n");
    if (head_end == std::string::npos) return;
    if (request.starts_with("GET")) {
      requests_.erase(socket);
      subscribers_.push_back(socket);
      send_now(socket, stream_head);
      return;
    }
    constexpr std::string_view length_header = "Content-Length: ";
    std::size_t length = 0;
    const auto* digits = request.data() + request.find(length_header) + length_header.size();
    std::from_chars(digits, request.data() + head_end, length);
    if (request.size() < head_end + 4 + length) return;
    for (const int subscriber : subscribers_) send_now(subscriber, {request.data() + head_end + 4, length});
    request.clear();
    send_now(socket, done);
  }

  static void send_now(int socket, std::string_view bytes) {
    [[maybe_unused]] const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  int poll_;
  int listener_;
  std::vector<int> subscribers_;
  std::unordered_map<int, std::string> requests_;  ///< what has come of each
};

}  // namespace

int main() {
  jobcast::bench::raise_file_limit();
  Server().run();
}
