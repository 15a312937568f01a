#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "jobcast/error.hpp"

#include "base/io_threads.hpp"
#include "http/connection.hpp"
#include "http/services.hpp"
#include "push/shard.hpp"

namespace jobcast::http {

/// Listens, and deals connections to the io threads in turn. Destroy it when the io threads have stopped.
class Server {
 public:
  /// `shards[i]` lives on context i of `threads`. All must outlive the server.
  Server(IoThreads& threads, std::vector<push::Shard*> shards, Services& services);
  ~Server();

  /// Binds "HOST:PORT" ("[v6]:PORT"); port 0: one that the system picks. Before the io threads start.
  /// Errors: invalid_parameter (no such address), internal (in use, no rights), with the sentence to print.
  result<void> listen(const std::string& address);

  /// "HOST:PORT" with the real port.
  [[nodiscard]] std::string address() const;

  /// Begins to accept. Before the io threads start.
  void start();

  /// From any thread: accepts no more, ends idle connections, and sends new streams away.
  void drain();

  /// From any thread: answers under way and streams with something left to send, on all threads.
  [[nodiscard]] std::size_t unfinished() const;

  /// From any thread: connections and streams that are still open on all threads.
  [[nodiscard]] std::size_t open_connections() const;

 private:
  struct Lane;
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, IoExecutor>;

  void accept();
  void admit(TcpSocket socket, Lane& lane);
  void wait_for_descriptors();

  /// Null where the client's address has as many connections as it may.
  std::shared_ptr<void> permit_for(const boost::asio::ip::address& address);

  IoThreads& threads_;
  Services& services_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  Acceptor acceptor_;
  boost::asio::ip::tcp::endpoint peer_;  ///< of the connection that is accepted next
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    IoExecutor>
      timer_;
  std::size_t next_ = 0;
  std::size_t max_connections_ = 0;
};

/// Splits "HOST:PORT" or "[V6]:PORT"; nothing where it is neither, or the port is none.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_host_port(std::string_view text);

}  // namespace jobcast::http
