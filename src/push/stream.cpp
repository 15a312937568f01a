#include "push/stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <utility>

#include "jobcast/limits.hpp"

#include "push/stream_poller.hpp"

namespace jobcast::push {

Stream::Stream(StreamHost& host, Descriptor socket, StreamKind kind, bool chunked)
    : host_(host), socket_(std::move(socket)), kind_(kind), chunked_(chunked) {}

void Stream::start(std::shared_ptr<void> permit) {
  permit_ = std::move(permit);
  if (host_.poller().add(socket_.get(), *this)) return;
  spdlog::warn("stream closed: the system can't watch another socket");
  close();
}

Delivery& Stream::delivery() {
  if (!delivery_) delivery_ = std::make_unique<Delivery>(chunked_);
  return *delivery_;
}

void Stream::flush() {
  if (!open_ || lingering_) return;
  if (waiting_for_write_) {
    if (delivery_ && delivery_->over(host_.max_queue_bytes())) drop("too much waits for its client");
    return;
  }
  after_write(write_some());
}

void Stream::send(std::span<const FramedEventPtr* const> events) {
  if (!open_ || lingering_) return;
  if (!delivery_ && !waiting_for_write_) {
    const auto state = write_at_once(events);
    if (state != WriteState::all_written) after_write(state);  // else a live stream has nothing more to do
    return;
  }
  queue(events);
  flush();
}

void Stream::queue(std::span<const FramedEventPtr* const> events) {
  for (const auto* framed : events) delivery().push_event(chosen_frame(*framed), *(*framed)->event);
}

void Stream::after_write(WriteState state) {
  switch (state) {
    case WriteState::failed:
      return close();
    case WriteState::would_block:
      blocked_since_ = host_.steady_now();
      wait_for_write();
      host_.on_blocked(*this);
      return;
    case WriteState::all_written:
      if (ending_) return linger();
      host_.on_drained(*this);
  }
}

ssize_t Stream::write_vector(std::span<iovec> pieces) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  // A twentieth of the whole cost of a send is what sendmsg() does more.
  if (pieces.size() == 1) return ::send(socket_.get(), pieces[0].iov_base, pieces[0].iov_len, flags);
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(socket_.get(), &message, flags);
}

/// Takes no share in the frames and queues nothing where the socket takes all, as it nearly always does.
Stream::WriteState Stream::write_at_once(std::span<const FramedEventPtr* const> events) {
  std::array<iovec, max_sent_together> vectors;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto bytes = (*events[i])->chosen.wire(chunked_);
    vectors[i] = {const_cast<char*>(bytes.data()), bytes.size()};
  }
  const auto result = write_vector(std::span(vectors).first(events.size()));
  if (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return WriteState::failed;
  auto sent = static_cast<std::size_t>(std::max<ssize_t>(result, 0));
  std::size_t done = 0;
  while (done < events.size() && sent >= vectors[done].iov_len) sent -= vectors[done++].iov_len;
  if (done == events.size()) return WriteState::all_written;
  // What was written is told before more is queued: nothing of a frame that was begun may be left out.
  queue(events.subspan(done, 1));
  delivery_->consume(sent);
  queue(events.subspan(done + 1));
  return write_some();
}

Stream::WriteState Stream::write_some() {
  while (delivery_) {
    std::array<std::string_view, 64> pieces;
    const auto count = delivery_->gather(pieces);
    std::array<iovec, 64> vectors;
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    const auto sent = write_vector(std::span(vectors).first(count));
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK ? WriteState::would_block : WriteState::failed;
    }
    delivery_->consume(static_cast<std::size_t>(sent));
    if (delivery_->empty()) delivery_.reset();
  }
  return WriteState::all_written;
}

void Stream::wait_for_write() {
  waiting_for_write_ = true;
  if (std::exchange(watches_writes_, true)) return;
  host_.poller().watch_writes(socket_.get(), *this);
}

void Stream::on_writable() {
  if (!open_ || !waiting_for_write_) return;
  waiting_for_write_ = false;
  flush();
}

/// Reads all that is there: the poller tells of it only once.
void Stream::on_readable() {
  std::array<char, 1024> discarded;
  while (open_) {
    const auto got = ::recv(socket_.get(), discarded.data(), discarded.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) return close();
    input_bytes_ += static_cast<std::uint16_t>(got);
    if (input_bytes_ <= limits::stream_input_bytes) continue;
    spdlog::info("stream closed: the client sent more than {} bytes after its request", limits::stream_input_bytes);
    close();
  }
}

void Stream::finish() {
  if (!open_ || ending_) return;
  if (chunked_) delivery().push_end();
  ending_ = true;
  flush();
}

void Stream::linger() {
  // The client may have sent more than it should: closing with unread input would reset the connection and take
  // what it has not read yet with it (RFC 9112, section 9.6). So only our side ends; the client's close or the
  // host's deadline ends the rest.
  ::shutdown(socket_.get(), SHUT_WR);
  blocked_since_ = host_.steady_now();
  lingering_ = true;
  host_.on_lingering();
  host_.on_blocked(*this);
}

void Stream::drop(std::string_view reason) {
  spdlog::info("stream dropped: {} ({} bytes wait); it can resume by its last id", reason, waiting_bytes());
  host_.on_dropped();
  close();
}

void Stream::close() {
  if (!open_) return;
  open_ = false;
  host_.poller().remove(socket_.get());
  socket_.reset();
  delivery_.reset();
  permit_.reset();
  host_.on_closed(*this);
}

}  // namespace jobcast::push
