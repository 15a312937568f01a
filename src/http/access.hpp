#pragma once

#include <optional>
#include <string>

#include "jobcast/config.hpp"

#include "http/access_rules.hpp"
#include "http/authority.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace jobcast::http {

/// Refuses a request that its sender may not make (http/access_rules.hpp). Nothing: go on.
std::optional<Response> refuse_access(const Request& request, Access access, const CorsConfig& cors,
                                      const Authority& authority);

/// The role that the sender has, whatever it asks for.
std::optional<Role> role_of(const Request& request, const CorsConfig& cors, const Authority& authority);

/// 401 with the scheme to use.
Response unauthorized(std::string_view detail);

/// 127.0.0.0/8 or ::1, mapped addresses included.
bool is_loopback_address(const boost::asio::ip::address& address);

/// The client is this machine itself: a loopback address, and no proxy that speaks for another.
bool is_local_client(const Request& request);

/// The CORS headers of an answer on a path that other origins' scripts may read.
void add_cors_headers(Response& response, const Request& request, const CorsConfig& cors);

/// The answer to OPTIONS: to a preflight with what is allowed where the path is `shared`, else Allow alone.
Response options_response(const Request& request, const RouteMatch& match, const CorsConfig& cors);

/// "127.0.0.1:8080", "localhost", "[::1]:80": names of this machine that no other site can point to itself.
bool is_loopback_host(std::string_view host);

}  // namespace jobcast::http
