#pragma once

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>

#include "base/await.hpp"
#include "base/io_threads.hpp"

namespace jobcast::http {

class ConnectionTable;

/// A client's socket with what was read from it and not used yet, and one deadline, which is set anew for each
/// operation. Lives on one io thread.
class Connection {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Connection(TcpSocket socket, const boost::asio::ip::address& peer, ConnectionTable& table);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] boost::beast::flat_buffer& buffer() { return buffer_; }
  [[nodiscard]] std::string_view buffered() const;
  [[nodiscard]] IoExecutor executor() { return socket_.get_executor(); }
  [[nodiscard]] const boost::asio::ip::address& peer() const { return peer_; }

  void set_deadline(TimePoint deadline) { deadline_ = deadline; }
  void expire_after(std::chrono::steady_clock::duration time) { deadline_ = std::chrono::steady_clock::now() + time; }

  /// The last operation failed because its deadline passed.
  [[nodiscard]] bool timed_out() const { return timed_out_; }

  /// Between two requests: may be ended at once when the server stops.
  void set_idle(bool idle) { idle_ = idle; }

  /// Reads up to `room` more bytes into the buffer. False: the client has ended its side, the deadline passed, or an
  /// error.
  Task<bool> read_more(std::size_t room);

  /// Writes all of it where the socket takes it at once, without a coroutine: nothing where it does not (then write()
  /// the rest), false where the connection is dead.
  /// @param written  in and out: how many bytes of the pieces are written
  std::optional<bool> write_at_once(std::span<const std::string_view> pieces, std::size_t& written);

  /// Writes all of it but the first `written` bytes. False: the connection is dead.
  Task<bool> write(std::span<const std::string_view> pieces, std::size_t written = 0);
  Task<bool> write(std::string_view bytes);

  /// Ends our side and reads away what still comes, bounded in time and bytes, so that the client can read the
  /// answer before a reset (RFC 9112, section 9.6).
  Task<void> linger();

  /// Calls back on the io thread should the client leave (or end its side), until stop_watching(). Not while anything
  /// else is under way; a client that sends meanwhile is not watched any more.
  void watch_for_end(std::function<void()> on_end);
  void stop_watching() { cancel(); }

  /// Gives the socket away, to become a stream.
  TcpSocket release() { return std::move(socket_); }

 private:
  friend class ConnectionTable;

  void cancel();
  std::size_t write_now(std::span<const std::string_view> pieces, std::size_t offset, bool& failed);

  TcpSocket socket_;
  ConnectionTable& table_;
  boost::asio::ip::address peer_;
  boost::beast::flat_buffer buffer_;
  TimePoint deadline_ = TimePoint::max();
  bool timed_out_ = false;
  bool idle_ = false;
};

/// The connections of one io thread that are not streams; one timer watches all their deadlines.
class ConnectionTable {
 public:
  explicit ConnectionTable(boost::asio::io_context& context) : timer_(context) {}

  void start();

  /// From now on idle connections are ended, and those that become idle.
  void drain();

  [[nodiscard]] bool is_draining() const { return draining_; }

  /// How many there are. From any thread.
  [[nodiscard]] std::size_t open_count() const { return open_.load(std::memory_order_relaxed); }

 private:
  friend class Connection;

  void tick();

  std::unordered_set<Connection*> connections_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    IoExecutor>
      timer_;
  std::atomic<std::size_t> open_{0};
  bool draining_ = false;
};

}  // namespace jobcast::http
