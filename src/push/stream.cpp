#include "push/stream.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "jobcast/limits.hpp"

namespace jobcast::push {

namespace asio = boost::asio;
using boost::system::error_code;

Stream::Stream(StreamHost& host, TcpSocket socket, StreamKind kind, bool chunked)
    : host_(host), socket_(std::move(socket)), delivery_(chunked), kind_(kind) {}

void Stream::start() {
  wait_for_input();
}

void Stream::flush() {
  if (!open_ || lingering_) return;
  if (waiting_for_write_) {
    if (delivery_.over(host_.max_queue_bytes())) drop("too much waits for its client");
    return;
  }
  after_write(write_some());
}

void Stream::send(std::span<const FramedEventPtr* const> events) {
  if (!open_ || lingering_) return;
  if (delivery_.empty() && !waiting_for_write_) {
    const auto state = write_at_once(events);
    if (state != WriteState::all_written) after_write(state);  // else a live stream has nothing more to do
    return;
  }
  for (const auto* framed : events) delivery_.push_event(chosen_frame(*framed), *(*framed)->event);
  flush();
}

void Stream::after_write(WriteState state) {
  switch (state) {
    case WriteState::failed:
      return close();
    case WriteState::would_block:
      blocked_since_ = host_.steady_now();
      wait_for_write();
      host_.on_blocked(shared_from_this());
      return;
    case WriteState::all_written:
      if (ending_) return linger();
      host_.on_drained(*this);
  }
}

ssize_t Stream::write_vector(std::span<iovec> pieces) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  // A twentieth of the whole cost of a send is what sendmsg() does more.
  if (pieces.size() == 1) return ::send(socket_.native_handle(), pieces[0].iov_base, pieces[0].iov_len, flags);
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(socket_.native_handle(), &message, flags);
}

/// Takes no share in the frames and queues nothing where the socket takes all, as it nearly always does.
Stream::WriteState Stream::write_at_once(std::span<const FramedEventPtr* const> events) {
  std::array<iovec, max_sent_together> vectors;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto bytes = (*events[i])->chosen.wire(delivery_.is_chunked());
    vectors[i] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  const auto result = write_vector(std::span(vectors).first(events.size()));
  if (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return WriteState::failed;
  auto sent = static_cast<std::size_t>(std::max<ssize_t>(result, 0));
  std::size_t done = 0;
  while (done < events.size() && sent >= vectors[done].iov_len) sent -= vectors[done++].iov_len;
  if (done == events.size()) return WriteState::all_written;
  // What was written is told before more is queued: nothing of a frame that was begun may be left out.
  delivery_.push_event(chosen_frame(*events[done]), *(*events[done])->event);
  delivery_.consume(sent);
  for (const auto* framed : events.subspan(done + 1)) delivery_.push_event(chosen_frame(*framed), *(*framed)->event);
  return write_some();
}

Stream::WriteState Stream::write_some() {
  while (!delivery_.empty()) {
    std::array<std::string_view, 64> pieces;
    const auto count = delivery_.gather(pieces);
    std::array<iovec, 64> vectors;
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    const auto sent = write_vector(std::span(vectors).first(count));
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK ? WriteState::would_block : WriteState::failed;
    }
    delivery_.consume(static_cast<std::size_t>(sent));
  }
  return WriteState::all_written;
}

void Stream::wait_for_write() {
  waiting_for_write_ = true;
  socket_.async_wait(TcpSocket::wait_write, [self = shared_from_this()](error_code error) {
    self->waiting_for_write_ = false;
    if (!error && self->open_) self->flush();
  });
}

void Stream::wait_for_input() {
  socket_.async_wait(TcpSocket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error && self->open_) self->discard_input();
  });
}

void Stream::discard_input() {
  std::array<char, 1024> discarded;
  const auto got = ::recv(socket_.native_handle(), discarded.data(), discarded.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return wait_for_input();
  if (got <= 0) return close();
  input_bytes_ += static_cast<std::uint32_t>(got);
  if (input_bytes_ > limits::stream_input_bytes) {
    spdlog::info("stream closed: the client sent more than {} bytes after its request", limits::stream_input_bytes);
    return close();
  }
  wait_for_input();
}

void Stream::finish() {
  if (!open_ || ending_) return;
  delivery_.push_end();
  ending_ = true;
  flush();
}

void Stream::linger() {
  // The client may have sent more than it should: closing with unread input would reset the connection and take
  // what it has not read yet with it (RFC 9112, section 9.6). So only our side ends; the client's close or the
  // host's deadline ends the rest.
  error_code ignored;
  socket_.shutdown(TcpSocket::shutdown_send, ignored);
  blocked_since_ = host_.steady_now();
  lingering_ = true;
  host_.on_lingering();
  host_.on_blocked(shared_from_this());
}

void Stream::drop(std::string_view reason) {
  spdlog::info("stream dropped: {} ({} bytes wait); it can resume by its last id", reason, delivery_.waiting_bytes());
  host_.on_dropped();
  close();
}

void Stream::close() {
  if (!open_) return;
  open_ = false;
  error_code ignored;
  socket_.close(ignored);
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->host_.on_closed(*self); });
}

}  // namespace jobcast::push
