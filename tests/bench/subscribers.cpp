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
constexpr std::chrono::seconds open_time(60);
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

}  // namespace

std::string make_mark() {
  return fmt::format("{}{:020}", mark, nanoseconds_now());
}

Subscribers::Subscribers(std::uint16_t port, std::size_t count, const std::function<std::string(std::size_t)>& request,
                         std::size_t missed)
    : poll_(::epoll_create1(EPOLL_CLOEXEC)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      began_(nanoseconds_now()),
      missed_(missed),
      sockets_(count, -1),
      rests_(count),
      past_seen_(count),
      opened_at_(count) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = stop_token;
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, stop_, &event);
  thread_ = std::thread([this] { run(); });
  try {
    open_all(port, request);
  } catch (...) {
    stop();
    throw;
  }
}

Subscribers::~Subscribers() {
  stop();
}

void Subscribers::stop() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(stop_);
  ::close(poll_);
}

void Subscribers::open_all(std::uint16_t port, const std::function<std::string(std::size_t)>& request) {
  const auto wait_until_open = [this](std::size_t count) {
    const auto end = SteadyClock::now() + open_time;
    while (opened_.load() < count) {
      if (refused_.load() > 0) throw std::runtime_error("a stream was refused");
      if (SteadyClock::now() > end) {
        throw std::runtime_error(fmt::format("only {} of {} streams have opened in time", opened_.load(), count));
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  };
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    if (i >= opened_at_once) wait_until_open(i - opened_at_once + 1);
    sockets_[i] = connect_from(2 + static_cast<unsigned>(i % 16), port);
    const auto text = request(i);
    if (::send(sockets_[i], text.data(), text.size(), MSG_NOSIGNAL) < 0) fail("send");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, sockets_[i], &event) != 0) fail("epoll_ctl");
  }
  wait_until_open(sockets_.size());
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
        take(index, {piece.data(), static_cast<std::size_t>(got)}, nanoseconds_now());
      } else if (got == 0) {
        ::epoll_ctl(poll_, EPOLL_CTL_DEL, sockets_[index], nullptr);
      }
    }
  }
}

void Subscribers::take(std::size_t index, std::string_view bytes, std::int64_t now) {
  if (opened_at_[index] == 0) {
    opened_at_[index] = now;
    ++(bytes.starts_with("HTTP/1.1 200") ? opened_ : refused_);
  }
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
    take_mark(index, sent, now);
    at += marked_message.size() + mark_digits;
  }
  // An event that is cut: the next bytes may bring the rest of its mark.
  if (!bytes.ends_with("\n")) rest = bytes.substr(bytes.size() - std::min(bytes.size(), marked_message.size() - 1));
}

void Subscribers::take_mark(std::size_t index, std::int64_t sent, std::int64_t now) {
  if (sent < began_) {
    if (++past_seen_[index] == missed_) ++caught_up_;
    return;
  }
  if (sent < opened_at_[index]) return;
  delays_.push_back(static_cast<double>(now - sent) / 1000.0);
  seen_.fetch_add(1, std::memory_order_relaxed);
}

Subscribers::Result Subscribers::take() {
  const auto seen = deliveries();
  Result result{seen - taken_, std::move(delays_)};
  taken_ = seen;
  delays_.clear();
  return result;
}

}  // namespace jobcast::bench
