#include "subscribers.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdexcept>
#include <string_view>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace jobcast::bench {
namespace {

constexpr std::string_view mark = "sent-at-";  ///< followed by the steady clock's nanoseconds
constexpr std::size_t mark_digits = 20;
/// The job's description is the same text; each event has one message.
constexpr std::string_view marked_message = "\"message\":\"sent-at-";
constexpr std::size_t opened_at_once = 256;
constexpr std::uint64_t stop_token = ~std::uint64_t{0};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::int64_t nanoseconds_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now().time_since_epoch()).count();
}

/// @param address  the last byte of the client's own
int connect_from(unsigned address, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) fail("socket");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + address);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) fail("bind");
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) fail("connect");
  return socket;
}

void wait_for_head(int socket) {
  std::string received;
  std::array<char, 4096> piece;
  while (received.find("\r\n\r\n") == std::string::npos) {
    const auto got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got <= 0) throw std::runtime_error("a stream did not open: " + received);
    received.append(piece.data(), static_cast<std::size_t>(got));
  }
  if (!received.starts_with("HTTP/1.1 200")) throw std::runtime_error("a stream was refused: " + received);
}

}  // namespace

std::string make_mark() {
  return fmt::format("{}{:020}", mark, nanoseconds_now());
}

Subscribers::Subscribers(std::uint16_t port, std::size_t count, const std::function<std::string(std::size_t)>& request)
    : poll_(::epoll_create1(EPOLL_CLOEXEC)), stop_(::eventfd(0, EFD_CLOEXEC)), sockets_(count), rests_(count) {
  open_all(port, request);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = stop_token;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, stop_, &event);
  thread_ = std::thread([this] { run(); });
}

Subscribers::~Subscribers() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(stop_);
  ::close(poll_);
}

void Subscribers::open_all(std::uint16_t port, const std::function<std::string(std::size_t)>& request) {
  for (std::size_t begin = 0; begin < sockets_.size(); begin += opened_at_once) {
    const auto end = std::min(begin + opened_at_once, sockets_.size());
    for (auto i = begin; i < end; ++i) {
      sockets_[i] = connect_from(2 + static_cast<unsigned>(i % 16), port);
      const auto text = request(i);
      if (::send(sockets_[i], text.data(), text.size(), MSG_NOSIGNAL) < 0) fail("send");
    }
    for (auto i = begin; i < end; ++i) {
      wait_for_head(sockets_[i]);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(poll_, EPOLL_CTL_ADD, sockets_[i], &event) != 0) fail("epoll_ctl");
    }
  }
}

void Subscribers::run() {
  std::array<epoll_event, 512> events{};
  static thread_local std::array<char, 256 * 1024> piece;
  while (true) {
    const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const auto index = events[static_cast<std::size_t>(i)].data.u64;
      if (index == stop_token) return;
      const auto got = ::recv(sockets_[index], piece.data(), piece.size(), MSG_DONTWAIT);
      if (got > 0) {
        scan(index, {piece.data(), static_cast<std::size_t>(got)}, nanoseconds_now());
      } else if (got == 0) {
        ::epoll_ctl(poll_, EPOLL_CTL_DEL, sockets_[index], nullptr);
      }
    }
  }
}

void Subscribers::scan(std::size_t index, std::string_view bytes, std::int64_t now) {
  auto& rest = rests_[index];
  std::string joined;
  if (!rest.empty()) {
    joined = rest.append(bytes);
    bytes = joined;
    rest.clear();
  }
  std::size_t at = 0;
  while ((at = bytes.find(marked_message, at)) != std::string_view::npos) {
    const auto digits = bytes.substr(at + marked_message.size(), mark_digits);
    if (digits.size() < mark_digits) {
      rest = bytes.substr(at);
      return;
    }
    std::int64_t sent = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), sent);
    delays_.push_back(static_cast<double>(now - sent) / 1000.0);
    seen_.fetch_add(1, std::memory_order_relaxed);
    at += marked_message.size() + mark_digits;
  }
  // An event that is cut: the next bytes may bring the rest of its mark.
  if (!bytes.ends_with("\n")) rest = bytes.substr(bytes.size() - std::min(bytes.size(), marked_message.size() - 1));
}

Subscribers::Result Subscribers::take() {
  const auto seen = deliveries();
  Result result{seen - taken_, std::move(delays_)};
  taken_ = seen;
  delays_.clear();
  return result;
}

}  // namespace jobcast::bench
