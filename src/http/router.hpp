#pragma once

#include <array>
#include <boost/beast/http/verb.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/access_rules.hpp"
#include "http/request.hpp"
#include "http/request_body.hpp"
#include "http/response.hpp"
#include "http/services.hpp"

namespace jobcast::http {

class Connection;

/// One request with all that its handler may use. Valid until the answer is sent.
struct Exchange {
  const Request& request;
  RequestBody& body;
  Services& services;
  push::Shard& shard;
  Connection& connection;
  IoExecutor executor;
  std::shared_ptr<void> permit;  ///< counts the connection for its address; goes with the socket
  std::string_view id;           ///< what stood for {id} in the path
};

using Handler = Task<Response> (*)(Exchange&);

/// Answers from memory, without a coroutine; nothing where it can't, and then the route's handler is asked.
using MemoryHandler = std::optional<Response> (*)(Exchange&);

struct Route {
  boost::beast::http::verb method;
  std::string_view pattern;  ///< segments after "/"; {id} stands for any one
  Access access = Access::open;
  Handler handler = nullptr;
  MemoryHandler from_memory = nullptr;
};

/// Every route of the program, in one table.
std::span<const Route> routes();

/// What the table says of a path and a method.
struct RouteMatch {
  const Route* route = nullptr;  ///< null: see the rest
  bool path_known = false;       ///< some method is allowed there
  std::string allow;             ///< for Allow, where the path is known and the method is not allowed
  bool shared = false;           ///< the path is open to other origins' scripts (CORS)
  std::string_view id;
};

/// HEAD is matched as GET. The match refers to `request`.
RouteMatch match_route(std::span<const Route> table, const Request& request);

}  // namespace jobcast::http
