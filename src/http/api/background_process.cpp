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

/// What a GET asks for.
struct StatusQuestion {
  ListParameters list;
  ChosenRefs chosen;
  bool as_stream = false;

  [[nodiscard]] bool is_of_all() const { return chosen.count() == 0; }
};

std::variant<StatusQuestion, Response> read_question(const Request& request) {
  if (request.target.parameter("action") != "status") {
    return problem(400, "invalid_action", "action must be `status`");
  }
  StatusQuestion question;
  auto list = read_list_parameters(request.target, limits::page_default, limits::page_max);
  if (auto* refusal = std::get_if<Response>(&list)) return std::move(*refusal);
  question.list = std::get<ListParameters>(list);
  auto chosen = read_chosen_jobs(request.target);
  if (auto* refusal = std::get_if<Response>(&chosen)) return std::move(*refusal);
  question.chosen = std::move(std::get<ChosenRefs>(chosen));
  question.as_stream = request.target.parameter("sse") == "true" || request.accepts("text/event-stream");
  if (question.as_stream || question.is_of_all()) return question;
  if (question.chosen.count() > 1) {
    return invalid_parameter("filename and id: one job can be asked for at a time; a stream takes several");
  }
  if (question.chosen.refs.empty()) return problem(no_such_job());
  return question;
}

std::optional<Response> one_from_board(push::Shard& shard, const JobRef& ref) {
  const auto* entry = shard.board().find(ref);
  if (entry == nullptr) return {};
  if (is_final(entry->job().status)) return json_response(entry->status_answer());
  return json_response(entry->status_answer(shard.queue().state(entry->job().created_seq)));
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

Task<Response> one_from_store(Exchange& exchange, JobRef ref) {
  const auto job = co_await find_job(exchange, std::move(ref));
  if (!job) co_return problem(job.error());
  auto queue = exchange.shard.queue();
  std::string body = "{\"job\":";
  append_job(body, *job, queue);
  body += push::StatusBoard::answer_end;
  co_return json_response(std::move(body));
}

Task<Response> list_from_store(Exchange& exchange, const ListParameters& list) {
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

}  // namespace

std::optional<Response> background_process_from_memory(Exchange& exchange) {
  auto question = read_question(exchange.request);
  if (auto* refusal = std::get_if<Response>(&question)) return std::move(*refusal);
  const auto& [list, chosen, as_stream] = std::get<StatusQuestion>(question);
  if (as_stream) return {};
  return chosen.count() == 0 ? list_from_board(exchange.shard, list) : one_from_board(exchange.shard, chosen.refs[0]);
}

Task<Response> get_background_process(Exchange& exchange) {
  auto asked = read_question(exchange.request);
  if (auto* refusal = std::get_if<Response>(&asked)) co_return std::move(*refusal);
  auto& question = std::get<StatusQuestion>(asked);
  if (question.as_stream) {
    co_return co_await background_process_stream(exchange, question.list, std::move(question.chosen));
  }
  if (question.is_of_all()) co_return co_await list_from_store(exchange, question.list);
  co_return co_await one_from_store(exchange, std::move(question.chosen.refs.front()));
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
