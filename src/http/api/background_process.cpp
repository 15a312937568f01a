#include "jobcast/limits.hpp"

#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/api/streams.hpp"
#include "http/json_body.hpp"
#include "push/job_json.hpp"
#include "push/snapshot.hpp"

namespace jobcast::http {
namespace {

constexpr std::string_view list_message = ",\"message\":\"Background processing status retrieved successfully\"}";

/// What the board knows is answered without the database.
Task<Response> one_job(Exchange& exchange, JobRef ref) {
  if (const auto* entry = exchange.shard.board().find(ref)) {
    if (is_final(entry->job().status)) co_return json_response(entry->status_answer());
    co_return json_response(entry->status_answer(exchange.shard.queue().state(entry->job().created_seq)));
  }
  const auto job = co_await find_job(exchange, std::move(ref));
  if (!job) co_return problem(job.error());
  auto queue = exchange.shard.queue();
  std::string body = "{\"job\":";
  append_job(body, *job, queue);
  body += push::StatusBoard::answer_end;
  co_return json_response(std::move(body));
}

/// The first page from memory, where the board is sure to hold it; nothing else.
std::optional<Response> list_from_board(push::Shard& shard, const ListParameters& list) {
  if (list.before != 0) return {};
  const auto& board = shard.board();
  const auto entries = board.newest(list.limit + 1, list.status);
  const bool more = entries.size() > list.limit;
  if (!more && !board.holds_all()) return {};
  std::string body = "{";
  auto queue = shard.queue();
  push::append_summary_and_jobs(body, board, list.limit, list.status, &queue);
  body += ",\"next_cursor\":";
  body += more ? '"' + std::to_string(entries[list.limit - 1]->job().created_seq) + '"' : "null";
  body += list_message;
  return json_response(std::move(body));
}

Task<Response> all_jobs(Exchange& exchange, const ListParameters& list) {
  if (auto response = list_from_board(exchange.shard, list)) co_return std::move(*response);
  ListQuery query;
  query.status = list.status;
  query.before = list.before;
  query.limit = list.limit;
  const auto page = co_await list_jobs(exchange, std::move(query));
  if (!page) co_return problem(page.error());
  std::string body = "{\"summary\":";
  push::append_counts_json(body, exchange.shard.board().counts());
  body += ',';
  append_page(body, *page, exchange.shard.queue());
  body += list_message;
  co_return json_response(std::move(body));
}

Task<Response> status_json(Exchange& exchange, const ListParameters& list) {
  auto chosen = read_chosen_jobs(exchange.request.target);
  if (auto* refusal = std::get_if<Response>(&chosen)) co_return std::move(*refusal);
  auto& refs = std::get<ChosenRefs>(chosen).refs;
  if (std::get<ChosenRefs>(chosen).count() == 0) co_return co_await all_jobs(exchange, list);
  if (std::get<ChosenRefs>(chosen).count() > 1) {
    co_return invalid_parameter("filename and id: one job can be asked for at a time; a stream takes several");
  }
  if (refs.empty()) co_return problem(no_such_job());
  co_return co_await one_job(exchange, std::move(refs.front()));
}

}  // namespace

Task<Response> get_background_process(Exchange& exchange) {
  const auto& request = exchange.request;
  if (request.target.parameter("action") != "status") {
    co_return problem(400, "invalid_action", "action must be `status`");
  }
  const auto list = read_list_parameters(request.target, limits::page_default, limits::page_max);
  if (const auto* refusal = std::get_if<Response>(&list)) co_return *refusal;
  const auto sse = request.target.parameter("sse");
  if (sse == "true" || request.accepts("text/event-stream")) {
    co_return co_await background_process_stream(exchange, std::get<ListParameters>(list));
  }
  co_return co_await status_json(exchange, std::get<ListParameters>(list));
}

Task<Response> post_background_process(Exchange& exchange) {
  auto json = co_await read_json_object(exchange.body, exchange.services.config.limits.max_json_bytes);
  if (auto* refusal = std::get_if<Response>(&json)) co_return std::move(*refusal);
  const auto& body = std::get<nlohmann::json>(json);
  const auto action = body.find("action");
  if (action == body.end() || *action != "process") {
    co_return problem(400, "invalid_action", "action must be `process`");
  }
  const auto outcome = co_await submit(exchange, StartPendingJobs{});
  if (!outcome) co_return problem(outcome.error());
  co_return json_response(
      "{\"message\":\"Background processing started\",\"started\":" + std::to_string(outcome->affected) + "}");
}

}  // namespace jobcast::http
