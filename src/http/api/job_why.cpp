#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "push/queue_reason.hpp"

namespace jobcast::http {
namespace {

Response why_response(const Job& job, push::Shard& shard) {
  auto queue = shard.queue();
  return json_response(push::queue_answer_json(job, push::explain(job, queue)));
}

}  // namespace

Task<Response> get_job_why(Exchange& exchange) {
  const auto id = id_of_path(exchange);
  if (const auto* refusal = std::get_if<Response>(&id)) co_return *refusal;
  if (const auto* entry = exchange.shard.board().find(std::get<JobId>(id))) {
    co_return why_response(entry->job(), exchange.shard);
  }
  const auto job = co_await find_job(exchange, std::get<JobId>(id));
  if (!job) co_return problem(job.error());
  co_return why_response(*job, exchange.shard);
}
}  // namespace jobcast::http
