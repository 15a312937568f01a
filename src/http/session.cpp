#include "http/session.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <exception>
#include <spdlog/spdlog.h>

#include "http/access.hpp"
#include "http/api/streams.hpp"
#include "http/problem.hpp"
#include "http/raw_header.hpp"
#include "http/request_body.hpp"
#include "http/response_writer.hpp"
#include "http/router.hpp"

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t head_read_bytes = 4 * 1024;

enum class HeadState : std::uint8_t { whole, closed, refused };

/// One connection's loop.
class Session {
 public:
  Session(TcpSocket socket, const boost::asio::ip::address& peer, ConnectionTable& table, Services& services,
          push::Shard& shard, std::shared_ptr<void> permit)
      : connection_(std::move(socket), peer, table),
        table_(table),
        services_(services),
        shard_(shard),
        permit_(std::move(permit)) {}

  Task<void> run() {
    bool go_on = true;
    while (go_on) go_on = co_await serve_one();
  }

 private:
  /// True where the connection goes on with another request.
  Task<bool> serve_one() {
    const auto state = co_await read_head();
    if (state == HeadState::refused) co_await connection_.linger();
    if (state != HeadState::whole) co_return false;
    co_return co_await answer(request_, *parser_);
  }

  Task<bool> answer(const Request& request, RequestParser& parser) {
    const auto& limits = services_.config.limits;
    const bool expects_continue = boost::beast::iequals(request.header(beast_http::field::expect), "100-continue");
    RequestBody body(connection_, parser, {limits.header_timeout, limits.min_body_bytes_per_second},
                     expects_continue && !request.http_1_0);
    const auto match = match_route(routes(), request);
    Exchange exchange{request, body, services_, shard_, connection_, connection_.executor(), permit_, match.id};
    auto at_once = answer_at_once(exchange, match);
    if (!at_once) at_once.emplace(co_await ask_handler(exchange, *match.route));
    auto& response = *at_once;
    if (response.take_over) {
      response.take_over(connection_.release());
      co_return false;
    }
    if (match.shared && request.method != beast_http::verb::options) {
      add_cors_headers(response, request, services_.config.cors);
    }
    const bool skip_body = !body.is_done() && body.is_cheap_to_skip();
    const bool go_on = parser.get().keep_alive() && !response.close && permit_ != nullptr && !table_.is_draining() &&
                       (body.is_done() || skip_body);
    ResponseWriter writer(connection_, request, go_on);
    if (!co_await writer.write(response)) co_return false;
    if (skip_body && go_on) co_return co_await skip(body);
    if (!go_on && !body.is_done()) co_await connection_.linger();
    co_return go_on;
  }

  Task<bool> skip(RequestBody& body) {
    while (true) {
      const auto piece = co_await body.next();
      if (!piece) co_return false;
      if (piece->empty()) co_return true;
    }
  }

  /// Reads the next request's head into request_ and parser_.
  Task<HeadState> read_head() {
    const auto& limits = services_.config.limits;
    connection_.set_idle(true);
    connection_.expire_after(limits.idle_timeout);
    skip_blank_lines();
    // The beginning of the next head may have come with the last request already.
    if (connection_.buffer().size() > 0) begin_head_time();
    std::optional<std::size_t> end;
    // Idle until the head is whole: no answer is under way yet.
    while (!(end = find_head_end(connection_.buffered()))) {
      if (connection_.buffer().size() > limits.max_header_bytes) {
        co_await refuse(problem(431, "header_too_large", "the request's head is larger than the server takes"));
        co_return HeadState::refused;
      }
      if (table_.is_draining() && connection_.buffer().size() == 0) co_return HeadState::closed;
      const bool began = connection_.buffer().size() > 0;
      if (!co_await connection_.read_more(head_read_bytes)) {
        if (!connection_.timed_out() || !began || table_.is_draining()) co_return HeadState::closed;
        co_await refuse(problem(408, "request_timeout", "the request's head did not come in time"));
        co_return HeadState::refused;
      }
      if (!began) begin_head_time();
      skip_blank_lines();
    }
    connection_.set_idle(false);
    if (auto refusal = take_head(*end)) {
      co_await refuse(std::move(*refusal));
      co_return HeadState::refused;
    }
    co_return HeadState::whole;
  }

  void begin_head_time() { connection_.expire_after(services_.config.limits.header_timeout); }

  /// A robust server ignores an empty line before a request (RFC 9112, section 2.2).
  void skip_blank_lines() {
    while (connection_.buffered().starts_with("\r\n")) connection_.buffer().consume(2);
  }

  /// The answer to a head that is not as it must be; nothing where it is.
  std::optional<Response> take_head(std::size_t size) {
    const auto head = connection_.buffered().substr(0, size);
    // Who polls sends the same head again and again. With no body behind it, it means the same as the last time.
    if (head != repeatable_head_) {
      repeatable_head_.clear();
      if (auto refusal = parse_head(head)) return refusal;
      if (parser_->is_done()) repeatable_head_ = head;
    }
    connection_.buffer().consume(size);
    return {};
  }

  std::optional<Response> parse_head(std::string_view head) {
    if (head.size() > services_.config.limits.max_header_bytes) {
      return problem(431, "header_too_large", "the request's head is larger than the server takes");
    }
    if (const auto* fault = find_header_fault(head)) {
      return problem(400, "malformed_request", std::string("the request's head has ") + fault);
    }
    auto& parser = parser_.emplace();
    parser.header_limit(static_cast<std::uint32_t>(services_.config.limits.max_header_bytes));
    parser.body_limit(boost::none);
    parser.eager(false);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head), error);
    if (error && error != beast_http::error::need_more) {
      return problem(400, "malformed_request", "the request is not HTTP: " + error.message());
    }
    parser.eager(true);
    auto target = Target::parse(parser.get().target());
    if (!target) return problem(400, "malformed_request", target.error().message);
    request_ = request_of(parser.get(), std::move(*target));
    return {};
  }

  Request request_of(const RequestParser::value_type& message, Target target) const {
    Request request;
    request.method = message.method();
    request.method_text = message.method_string();
    request.target = std::move(target);
    request.fields = &message;
    request.peer = connection_.peer();
    request.http_1_0 = message.version() == 10;
    return request;
  }

  /// Answers a request that could not be read; the connection can't go on.
  Task<bool> refuse(Response response) {
    Request unknown;
    ResponseWriter writer(connection_, unknown, false);
    co_await writer.write(response);
    co_return false;
  }

  /// How long the client's address should wait with its next request. The built-in limit spares this machine.
  std::chrono::nanoseconds rate_limit(const Request& request) {
    const bool built_in = services_.config.limits.requests_per_second <= 0;
    if (built_in && is_local_client(request)) return std::chrono::nanoseconds(0);
    return services_.limiter.take_request(request.peer, std::chrono::steady_clock::now());
  }

  /// The answer to a request that its route's handler is not to see.
  std::optional<Response> refuse_to_dispatch(const Request& request, const RouteMatch& match) {
    if (!match.path_known) return problem(404, "not_found", "there is nothing at " + request.target.path());
    if (request.method == beast_http::verb::options) return options_response(request, match, services_.config.cors);
    if (match.route == nullptr) {
      auto response = problem(405, "method_not_allowed",
                              std::string(request.method_text) + " is not allowed at " + request.target.path());
      response.headers.emplace_back("Allow", match.allow);
      return response;
    }
    if (permit_ == nullptr) return overloaded(request, services_, {503, "too many connections are open"});
    if (const auto wait = rate_limit(request); wait.count() > 0) {
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
      return overloaded(request, services_, {429, "too many requests come from this address", seconds});
    }
    return refuse_access(request, match.route->access, services_.config.cors, services_.authority);
  }

  /// A refusal, or what memory holds; nothing where the handler must be asked.
  std::optional<Response> answer_at_once(Exchange& exchange, const RouteMatch& match) {
    if (auto refusal = refuse_to_dispatch(exchange.request, match)) return refusal;
    if (match.route->from_memory == nullptr) return {};
    try {
      return match.route->from_memory(exchange);
    } catch (const std::exception& error) {
      return failure(exchange.request, error);
    }
  }

  Task<Response> ask_handler(Exchange& exchange, const Route& route) {
    try {
      co_return co_await route.handler(exchange);
    } catch (const std::exception& error) {
      co_return failure(exchange.request, error);
    }
  }

  static Response failure(const Request& request, const std::exception& error) {
    spdlog::error("{} {} failed: {}", request.method_text, request.target.path(), error.what());
    auto response = problem(500, "internal_error", "the server failed at this request; its log says more");
    response.close = true;
    return response;
  }

  Connection connection_;
  std::optional<RequestParser> parser_;  ///< of the request at hand
  Request request_;                      ///< refers to the parser's message
  std::string repeatable_head_;          ///< the head that they were made of, where it had no body; else empty
  ConnectionTable& table_;
  Services& services_;
  push::Shard& shard_;
  std::shared_ptr<void> permit_;  ///< null: over the limit
};

}  // namespace

Task<void> serve_connection(TcpSocket socket, boost::asio::ip::address peer, ConnectionTable& table, Services& services,
                            push::Shard& shard, std::shared_ptr<void> permit) {
  try {
    Session session(std::move(socket), peer, table, services, shard, std::move(permit));
    co_await session.run();
  } catch (const std::exception& error) {
    spdlog::error("a connection failed: {}", error.what());
  }
}

}  // namespace jobcast::http
