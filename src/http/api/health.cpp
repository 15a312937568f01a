#include "jobcast/version.hpp"

#include "http/api/endpoints.hpp"

namespace jobcast::http {

Task<Response> get_healthz(Exchange& /*exchange*/) {
  Response response;
  response.content_type = "application/json";
  response.cache_control = "no-store";
  response.body = R"({"status":"ok"})";
  co_return response;
}

Task<Response> get_version(Exchange& exchange) {
  // The upload page tells the limit before anyone has waited for a refusal.
  co_return json_response(
      "{\"name\":\"jobcastd\",\"version\":\"" + std::string(version) +
      "\",\"limits\":{\"max_upload_bytes\":" + std::to_string(exchange.services.config.limits.max_upload_bytes) + "}}");
}

Task<Response> get_metrics(Exchange& exchange) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.cache_control = "no-store";
  response.body = exchange.services.render_metrics(exchange.shard.board().counts());
  co_return response;
}

}  // namespace jobcast::http
