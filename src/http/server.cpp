#include "http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "http/access.hpp"
#include "http/session.hpp"

namespace jobcast::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int backlog = 4096;
/// Descriptors kept for files, the database, children and their pipes.
constexpr std::size_t reserved_descriptors = 256;
/// Connections beyond the limit that are still read, so that they can be told to come back later.
constexpr std::size_t refusal_slack = 64;

/// How many connections may be open: as configured, or what the process's descriptors allow.
std::size_t connection_limit(std::uint64_t configured) {
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  const auto allowed = static_cast<std::size_t>(descriptors.rlim_cur);
  const auto possible = allowed > 2 * reserved_descriptors ? allowed - reserved_descriptors : allowed / 2;
  return configured == 0 ? possible : std::min<std::size_t>(configured, possible);
}

}  // namespace

/// What belongs to one io thread.
struct Server::Lane {
  Lane(asio::io_context& io, push::Shard& streams) : context(io), shard(streams), connections(io) {}

  asio::io_context& context;
  push::Shard& shard;
  ConnectionTable connections;
};

std::optional<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  HostPort parsed;
  const auto port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parsed.port);
  if (error != std::errc() || end != port.data() + port.size()) return {};
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return {};
  }
  parsed.host = std::string(host);
  return parsed;
}

Server::Server(IoThreads& threads, std::vector<push::Shard*> shards, Services& services)
    : threads_(threads),
      services_(services),
      acceptor_(threads.context(0)),
      timer_(threads.context(0)),
      max_connections_(connection_limit(services.config.limits.max_connections)) {
  for (std::size_t i = 0; i < shards.size(); ++i) {
    lanes_.push_back(std::make_unique<Lane>(threads.context(i), *shards[i]));
  }
}

Server::~Server() = default;

result<void> Server::listen(const std::string& address) {
  const auto parsed = parse_host_port(address);
  if (!parsed) return Error{errc::invalid_parameter, "server.listen must be HOST:PORT, not " + address};
  error_code error;
  asio::ip::tcp::resolver resolver(threads_.context(0));
  const auto found =
      resolver.resolve(parsed->host, std::to_string(parsed->port),
                       asio::ip::tcp::resolver::passive | asio::ip::tcp::resolver::numeric_service, error);
  if (error || found.empty()) {
    return Error{errc::invalid_parameter, "can't listen on " + address + ": " + error.message()};
  }
  const auto endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (error == asio::error::address_in_use) {
    return Error{errc::internal, "can't listen on " + address + ": another program uses this port"};
  }
  if (error) return Error{errc::internal, "can't listen on " + address + ": " + error.message()};
  return {};
}

std::string Server::address() const {
  error_code ignored;
  const auto endpoint = acceptor_.local_endpoint(ignored);
  const auto host = endpoint.address().to_string();
  const auto shown = endpoint.address().is_v6() ? '[' + host + ']' : host;
  return shown + ':' + std::to_string(endpoint.port());
}

void Server::start() {
  for (const auto& lane : lanes_) {
    asio::post(lane->context, [&lane = *lane] { lane.connections.start(); });
  }
  accept();
}

void Server::accept() {
  auto& lane = *lanes_[next_];
  next_ = (next_ + 1) % lanes_.size();
  acceptor_.async_accept(lane.context, peer_, [this, &lane](error_code error, TcpSocket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
        error == asio::error::no_buffer_space) {
      spdlog::warn("can't accept a connection: {}", error.message());
      return wait_for_descriptors();
    }
    if (!error) admit(std::move(socket), lane);
    if (acceptor_.is_open()) accept();
  });
}

void Server::wait_for_descriptors() {
  timer_.expires_after(std::chrono::milliseconds(100));
  timer_.async_wait([this](error_code error) {
    if (!error && acceptor_.is_open()) accept();
  });
}

/// The address of the peer came with the connection: asking for it again would be another call of the system's.
void Server::admit(TcpSocket socket, Lane& lane) {
  const auto open = open_connections();
  error_code ignored;
  if (open >= max_connections_ + refusal_slack) {
    spdlog::debug("connection closed at once: {} are open", open);
    return;
  }
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  const auto peer = peer_.address();
  auto permit = open < max_connections_ ? permit_for(peer) : nullptr;
  asio::post(lane.context, [this, &lane, peer, permit = std::move(permit), socket = std::move(socket)]() mutable {
    asio::co_spawn(
        lane.context,
        serve_connection(std::move(socket), peer, lane.connections, services_, lane.shard, std::move(permit)),
        asio::detached);
  });
}

std::shared_ptr<void> Server::permit_for(const asio::ip::address& address) {
  const bool built_in = services_.config.limits.max_connections_per_address == 0;
  if (built_in && is_loopback_address(address)) return std::make_shared<bool>(true);
  return services_.limiter.admit_connection(address, std::chrono::steady_clock::now());
}

void Server::drain() {
  services_.draining = true;
  asio::post(threads_.context(0), [this] {
    error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
  });
  for (const auto& lane : lanes_) {
    asio::post(lane->context, [&lane = *lane] {
      lane.connections.drain();
      lane.shard.drain();
    });
  }
}

std::size_t Server::unfinished() const {
  std::size_t count = 0;
  for (const auto& lane : lanes_) count += lane->connections.open_count() + lane->shard.unfinished_count();
  return count;
}

std::size_t Server::open_connections() const {
  std::size_t open = 0;
  for (const auto& lane : lanes_) open += lane->connections.open_count() + lane->shard.open_count();
  return open;
}

}  // namespace jobcast::http
