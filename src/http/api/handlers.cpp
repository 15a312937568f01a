#include <charconv>

#include "base/json_text.hpp"
#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "push/job_json.hpp"

namespace jobcast::http {
namespace {

Task<Response> set_paused(Exchange& exchange, bool paused) {
  std::string kind(exchange.id);
  if (!exchange.services.kinds.find(kind)) {
    co_return problem(404, "handler_not_found", "there is no handler of that name on this server");
  }
  PauseHandler command{kind, paused};
  const auto outcome = co_await submit(exchange, std::move(command));
  if (!outcome) co_return problem(outcome.error());
  std::string body = "{\"handler\":";
  append_json_string(body, kind);
  body += paused ? ",\"paused\":true}" : ",\"paused\":false}";
  co_return json_outcome(200, std::move(body));
}

void append_seconds(std::string& out, std::optional<double> seconds) {
  if (!seconds) {
    out += "null";
    return;
  }
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, *seconds, std::chars_format::fixed, 3).ptr;
  out.append(text, end);
}

void append_handler(std::string& out, const push::QueueBoard::Kind& kind) {
  const auto state = push::QueueView::kind_state(kind);
  out += "{\"name\":";
  append_json_string(out, kind.name);
  out += kind.lanes.external ? ",\"external\":true" : ",\"external\":false";
  out += ",\"concurrency\":";
  push::append_optional_number(
      out, kind.lanes.concurrency > 0 ? std::optional<std::int64_t>(kind.lanes.concurrency) : std::nullopt);
  out += kind.paused ? ",\"paused\":true" : ",\"paused\":false";
  out += ",\"waiting\":";
  append_number(out, state.waiting);
  out += ",\"running\":";
  append_number(out, state.running);
  out += ",\"mean_seconds\":";
  append_seconds(out, state.mean_seconds);
  out += '}';
}

}  // namespace

Task<Response> get_handlers(Exchange& exchange) {
  const auto queue = exchange.shard.queue();
  std::string body = "{\"handlers\":[";
  bool first = true;
  for (const bool external : {false, true}) {
    for (const auto& [name, kind] : queue.board().kinds(external)) {
      if (!kind.configured) continue;
      if (!first) body += ',';
      first = false;
      append_handler(body, kind);
    }
  }
  body += "]}";
  co_return json_response(std::move(body));
}

Task<Response> post_handler_pause(Exchange& exchange) {
  return set_paused(exchange, true);
}

Task<Response> post_handler_resume(Exchange& exchange) {
  return set_paused(exchange, false);
}

}  // namespace jobcast::http
