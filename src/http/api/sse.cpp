#include "jobcast/limits.hpp"

#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/api/streams.hpp"

namespace jobcast::http {

Task<Response> get_sse(Exchange& exchange) {
  auto chosen = read_chosen_jobs(exchange.request.target);
  if (auto* refusal = std::get_if<Response>(&chosen)) co_return std::move(*refusal);
  if (std::get<ChosenRefs>(chosen).count() == 0) {
    co_return invalid_parameter("filename or id must say which jobs to stream");
  }
  co_return co_await chosen_jobs_stream(exchange, push::StreamKind::light, std::move(std::get<ChosenRefs>(chosen)));
}

Task<Response> get_sse_admin(Exchange& exchange) {
  const auto& target = exchange.request.target;
  const auto list = read_list_parameters(target, limits::admin_jobs_default, limits::admin_jobs_max);
  if (const auto* refusal = std::get_if<Response>(&list)) co_return *refusal;
  const auto updates = target.parameter("updates").value_or("snapshot");
  if (updates != "snapshot" && updates != "delta") {
    co_return invalid_parameter("updates must be `snapshot` or `delta`");
  }
  if (exchange.services.draining)
    co_return overloaded(exchange.request, exchange.services, {503, "the server is stopping"});

  const auto& parameters = std::get<ListParameters>(list);
  const push::SnapshotKey key{push::SnapshotKind::dashboard, parameters.limit, parameters.status};
  auto& shard = exchange.shard;
  const bool delta = updates == "delta";
  co_return stream_response(exchange, [&shard, key, delta, greeting = greeting_for(exchange, {})](Descriptor socket) {
    if (delta) {
      shard.open_delta(std::move(socket), greeting, key);
    } else {
      shard.open_snapshots(std::move(socket), push::StreamKind::admin, greeting, key);
    }
  });
}

}  // namespace jobcast::http
