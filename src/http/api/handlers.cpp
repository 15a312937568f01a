#include "base/json_text.hpp"
#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"

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
  auto response = json_response(std::move(body));
  response.etag.clear();
  co_return response;
}

}  // namespace

Task<Response> post_handler_pause(Exchange& exchange) {
  return set_paused(exchange, true);
}

Task<Response> post_handler_resume(Exchange& exchange) {
  return set_paused(exchange, false);
}

}  // namespace jobcast::http
