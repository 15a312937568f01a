#include "http/api/streams.hpp"

#include <algorithm>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "jobcast/limits.hpp"

#include "base/random.hpp"
#include "base/text.hpp"
#include "http/access.hpp"
#include "http/response_writer.hpp"
#include "push/sse_frame.hpp"

namespace jobcast::http {

namespace beast_http = boost::beast::http;

namespace {

/// The id that the client has everything up to; nothing where it brings none, or none that is a number.
std::optional<Seq> last_event_id(const Request& request) {
  constexpr Seq most = std::numeric_limits<Seq>::max();  // a number that was never handed out gets a gap
  if (const auto seq = parse_integer<Seq>(request.header("Last-Event-ID"), 0, most)) return seq;
  return parse_integer<Seq>(request.target.parameter("last_event_id").value_or(std::string_view()), 0, most);
}

/// Unsent bytes stay with us, where they can be merged, instead of hiding in the kernel; a peer that vanished is
/// noticed within the timeout.
void tune_for_streaming(int descriptor) {
  const int unsent_bytes = 128 * 1024;
  const unsigned timeout_ms = 30'000;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

void append_stream_headers(Response& response) {
  response.content_type = "text/event-stream";
  response.cache_control = "no-cache, no-transform";
  response.headers.emplace_back("X-Accel-Buffering", "no");
}

Task<result<push::OpeningPlan>> plan_stream(Exchange& exchange, std::vector<JobRef> refs, std::optional<Seq> after) {
  using Done = std::function<void(result<push::OpeningPlan>)>;
  auto& shard = exchange.shard;
  return await_callback<result<push::OpeningPlan>>(exchange.executor,
                                                   [&shard, refs = std::move(refs), after](Done done) mutable {
                                                     shard.plan(std::move(refs), after, std::move(done));
                                                   });
}

bool wants_stream(const Request& request) {
  return request.accepts("text/event-stream") || request.target.parameter("sse") == "true" ||
         request.target.path().starts_with("/api/sse");
}

}  // namespace

std::variant<ChosenRefs, Response> read_chosen_jobs(const Target& target) {
  ChosenRefs chosen;
  const auto add = [&chosen](JobRef ref) {
    if (std::find(chosen.refs.begin(), chosen.refs.end(), ref) == chosen.refs.end()) {
      chosen.refs.push_back(std::move(ref));
    }
  };
  for (const auto id : target.parameters("id")) {
    if (const auto parsed = JobId::parse(id)) {
      add(*parsed);
    } else {
      ++chosen.malformed_ids;
    }
  }
  for (const auto filename : target.parameters("filename")) {
    if (const auto fault = find_filename_fault(filename)) return invalid_parameter(*fault);
    if (!chosen.first_filename) chosen.first_filename = std::string(filename);
    add(std::string(filename));
  }
  if (chosen.count() > limits::stream_targets) {
    return invalid_parameter("filename and id: more than " + std::to_string(limits::stream_targets) +
                             " jobs in one stream");
  }
  return chosen;
}

push::Greeting greeting_for(Exchange& exchange, const std::optional<std::string>& filename) {
  const auto& request = exchange.request;
  push::Greeting greeting;
  greeting.filename = filename;
  greeting.permit = exchange.permit;
  greeting.chunked = !request.http_1_0;
  const auto client_id = request.target.parameter("clientId");
  greeting.client_id = client_id && !client_id->empty()
                           ? cut_at_character(std::string(*client_id), limits::client_id_bytes)
                           : random_hex(32);

  Response headers;
  append_stream_headers(headers);
  if (!request.target.path().starts_with("/api/sse/admin")) {
    add_cors_headers(headers, request, exchange.services.config.cors);
  }
  greeting.head = begin_head(200, request.http_1_0);
  const auto add = [&greeting](std::string_view name, std::string_view value) {
    greeting.head.append(name).append(": ").append(value).append("\r\n");
  };
  add("Content-Type", headers.content_type);
  add("Cache-Control", headers.cache_control);
  for (const auto& [name, value] : headers.headers) add(name, value);
  if (greeting.chunked) add("Transfer-Encoding", "chunked");
  add("Connection", "close");
  greeting.head += "\r\n";
  return greeting;
}

Response stream_response(Exchange& exchange, std::function<void(Descriptor)> open) {
  Response response;
  if (exchange.request.is_head()) {
    append_stream_headers(response);
    response.endless = true;
    response.close = true;
    return response;
  }
  response.take_over = [open = std::move(open)](TcpSocket socket) {
    Descriptor released(socket.release());
    tune_for_streaming(released.get());
    open(std::move(released));
  };
  return response;
}

Response overloaded(const Request& request, Services& services, const Overload& overload) {
  if (!wants_stream(request)) {
    const auto* code = overload.status == 429 ? "rate_limited" : "overloaded";
    auto response = problem(overload.status, code, overload.reason);
    set_retry_after(response, overload.retry_after);
    response.close = overload.status != 429;
    return response;
  }
  Response response;
  append_stream_headers(response);
  const std::chrono::milliseconds retry(random_between(5'000, 15'000));
  response.body = push::overloaded_payload(overload.reason, services.clock.timestamp(), retry);
  response.close = true;
  return response;
}

Task<Response> chosen_jobs_stream(Exchange& exchange, push::StreamKind kind, ChosenRefs chosen) {
  if (chosen.refs.empty()) co_return problem(no_such_job());
  if (exchange.services.draining)
    co_return overloaded(exchange.request, exchange.services, {503, "the server is stopping"});
  auto& shard = exchange.shard;
  auto plan = co_await plan_stream(exchange, chosen.refs, last_event_id(exchange.request));
  if (!plan) co_return overloaded(exchange.request, exchange.services, {503, plan.error().message});
  switch (plan->kind) {
    case push::OpeningKind::not_found:
      co_return problem(no_such_job());
    case push::OpeningKind::no_content: {
      Response response;
      response.status = 204;
      co_return response;
    }
    case push::OpeningKind::stream:
      break;
  }
  const auto shared = std::make_shared<push::OpeningPlan>(std::move(*plan));
  const auto filename = chosen.count() == 1 ? chosen.first_filename : std::nullopt;
  co_return stream_response(exchange,
                            [&shard, kind, shared, greeting = greeting_for(exchange, filename)](Descriptor socket) {
                              shard.open_chosen(std::move(socket), kind, greeting, std::move(*shared));
                            });
}

Task<Response> background_process_stream(Exchange& exchange, const ListParameters& list, ChosenRefs chosen) {
  if (chosen.count() > 0) co_return co_await chosen_jobs_stream(exchange, push::StreamKind::job, std::move(chosen));
  if (exchange.services.draining)
    co_return overloaded(exchange.request, exchange.services, {503, "the server is stopping"});
  const push::SnapshotKey key{push::SnapshotKind::summary, list.limit, list.status};
  auto& shard = exchange.shard;
  co_return stream_response(exchange, [&shard, key, greeting = greeting_for(exchange, {})](Descriptor socket) {
    shard.open_snapshots(std::move(socket), push::StreamKind::all, greeting, key);
  });
}

}  // namespace jobcast::http
