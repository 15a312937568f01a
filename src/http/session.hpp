#pragma once

#include "base/await.hpp"
#include "http/connection.hpp"
#include "http/services.hpp"
#include "push/shard.hpp"

namespace jobcast::http {

/// Serves one connection from its first byte to its last: reads requests one after another (pipelined ones in
/// order), answers each, and gives the socket away where one becomes a stream. Never throws.
/// @param permit  counts the connection for its address; null: too many are open, and this one is told so at its
///                first request, and ended
Task<void> serve_connection(TcpSocket socket, boost::asio::ip::address peer, ConnectionTable& table, Services& services,
                            push::Shard& shard, std::shared_ptr<void> permit);

}  // namespace jobcast::http
