#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "base/io_threads.hpp"

namespace jobcast::push {

class Stream;

/// Tells streams when something can be read from their sockets, or written to them: an epoll set of their own, which
/// the io thread's loop watches as one descriptor. So an open stream costs no state of Asio's reactor and no pending
/// operation, which together are more than the stream itself. Lives on one io thread.
class StreamPoller {
 public:
  /// Throws boost::system::system_error where no epoll set can be had.
  explicit StreamPoller(boost::asio::io_context& context);

  /// From now on Stream::on_readable() is called each time that something came. False: the kernel has no room.
  bool add(int socket, Stream& stream);

  /// From now on Stream::on_writable() is called too, each time that a full socket has room again, and once at first.
  void watch_writes(int socket, Stream& stream);

  /// Before the socket is closed: a child that was forked meanwhile may still hold it, and would keep it in the set.
  void remove(int socket);

 private:
  void wait();
  void serve();

  boost::asio::posix::basic_stream_descriptor<IoExecutor> set_;
  bool waiting_ = false;
};

}  // namespace jobcast::push
