#include "http/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

#include "jobcast/limits.hpp"

namespace jobcast::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t drain_read_bytes = 64 * 1024;
constexpr auto deadline_check_interval = std::chrono::milliseconds(250);
constexpr auto write_time = std::chrono::seconds(30);

}  // namespace

Connection::Connection(TcpSocket socket, const asio::ip::address& peer, ConnectionTable& table)
    : socket_(std::move(socket)), table_(table), peer_(peer) {
  table_.connections_.insert(this);
  table_.open_.store(table_.connections_.size(), std::memory_order_relaxed);
}

Connection::~Connection() {
  table_.connections_.erase(this);
  table_.open_.store(table_.connections_.size(), std::memory_order_relaxed);
}

std::string_view Connection::buffered() const {
  const auto bytes = buffer_.cdata();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

void Connection::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

Task<bool> Connection::read_more(std::size_t room) {
  timed_out_ = false;
  error_code error;
  const auto got = co_await socket_.async_read_some(buffer_.prepare(room), asio::redirect_error(use_task, error));
  buffer_.commit(got);
  co_return !error && got > 0;
}

void Connection::watch_for_end(std::function<void()> on_end) {
  socket_.async_wait(TcpSocket::wait_read,
                     [native = socket_.native_handle(), on_end = std::move(on_end)](error_code error) {
                       if (error) return;
                       char next = 0;
                       const auto got = ::recv(native, &next, 1, MSG_PEEK | MSG_DONTWAIT);
                       if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) on_end();
                     });
}

std::size_t Connection::write_now(std::span<const std::string_view> pieces, std::size_t offset, bool& failed) {
  std::array<iovec, 16> vectors;
  std::size_t count = 0;
  for (const auto piece : pieces) {
    if (offset >= piece.size()) {
      offset -= piece.size();
      continue;
    }
    if (count == vectors.size()) break;
    vectors[count++] = {const_cast<char*>(piece.data()) + offset, piece.size() - offset};
    offset = 0;
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  failed = errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  return 0;
}

std::optional<bool> Connection::write_at_once(std::span<const std::string_view> pieces, std::size_t& written) {
  std::size_t total = 0;
  for (const auto piece : pieces) total += piece.size();
  bool failed = false;
  written += write_now(pieces, written, failed);
  if (failed) return false;
  if (written == total) return true;
  return std::nullopt;
}

Task<bool> Connection::write(std::span<const std::string_view> pieces, std::size_t written) {
  while (true) {
    if (const auto whole = write_at_once(pieces, written)) co_return *whole;
    timed_out_ = false;
    expire_after(write_time);
    error_code error;
    co_await socket_.async_wait(TcpSocket::wait_write, asio::redirect_error(use_task, error));
    if (error) co_return false;
  }
}

Task<bool> Connection::write(std::string_view bytes) {
  const std::array<std::string_view, 1> pieces = {bytes};
  co_return co_await write(pieces);
}

Task<void> Connection::linger() {
  error_code ignored;
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
  expire_after(limits::drain_time);
  std::size_t drained = 0;
  buffer_.clear();
  while (drained < limits::drain_bytes) {
    if (!co_await read_more(drain_read_bytes)) co_return;
    drained += buffer_.size();
    buffer_.clear();
  }
}

void ConnectionTable::start() {
  timer_.expires_after(deadline_check_interval);
  timer_.async_wait([this](error_code error) {
    if (error) return;
    tick();
    start();
  });
}

void ConnectionTable::tick() {
  const auto now = std::chrono::steady_clock::now();
  for (auto* connection : connections_) {
    const bool idle_at_the_end = draining_ && connection->idle_;
    if (connection->deadline_ > now && !idle_at_the_end) continue;
    connection->deadline_ = Connection::TimePoint::max();
    connection->timed_out_ = true;
    connection->cancel();
  }
}

void ConnectionTable::drain() {
  draining_ = true;
  tick();
}

}  // namespace jobcast::http
