#include "http/problem.hpp"

#include <boost/beast/http/status.hpp>

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace jobcast::http {
namespace {

struct Mapping {
  unsigned status;
  std::string_view code;
};

Mapping mapping_of(errc code) {
  switch (code) {
    case errc::invalid_parameter:
      return {400, "invalid_parameter"};
    case errc::payload_too_large:
      return {413, "payload_too_large"};
    case errc::job_not_found:
      return {404, "job_not_found"};
    case errc::invalid_transition:
      return {409, "invalid_transition"};
    case errc::not_external:
      return {409, "not_external"};
    case errc::stale_attempt:
      return {409, "stale_attempt"};
    case errc::lease_required:
      return {409, "lease_required"};
    case errc::stale_lease:
      return {409, "stale_lease"};
    case errc::result_not_ready:
      return {409, "result_not_ready"};
    case errc::handler_missing:
      return {409, "handler_missing"};
    case errc::media_type_refused:
      return {422, "media_type_not_accepted"};
    case errc::input_missing:
      return {409, "input_missing"};
    case errc::idempotency_key_used:
      return {409, "idempotency_key_used"};
    case errc::queue_full:
      return {503, "queue_full"};
    case errc::storage_unavailable:
      return {503, "storage_unavailable"};
    case errc::storage_full:
      return {507, "storage_full"};
    case errc::shutting_down:
      return {503, "shutting_down"};
    case errc::internal:
      break;
  }
  return {500, "internal_error"};
}

}  // namespace

Response problem(unsigned status, std::string_view code, std::string_view detail, std::string_view extra) {
  const auto title = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  const auto text = to_valid_utf8(detail);
  std::string body = "{\"type\":\"about:blank\",\"title\":";
  append_json_string(body, title);
  body += ",\"status\":";
  append_number(body, status);
  body += ",\"detail\":";
  append_json_string(body, text);
  body += ",\"code\":";
  append_json_string(body, code);
  body += ",\"error\":";
  append_json_string(body, text);
  body += extra;
  body += '}';

  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = std::move(body);
  response.cache_control = "no-store";
  if (status == 429 || status == 503 || status == 507) response.headers.emplace_back("Retry-After", "1");
  return response;
}

void set_retry_after(Response& response, std::chrono::seconds wait) {
  for (auto& [name, value] : response.headers) {
    if (name == "Retry-After") value = std::to_string(wait.count());
  }
}

Response problem(const Error& error) {
  const auto [status, code] = mapping_of(error.code);
  if (error.code == errc::job_not_found) return job_not_found(error.message);
  return problem(status, code, error.message);
}

Response invalid_parameter(std::string_view detail) {
  return problem(400, "invalid_parameter", detail);
}

Response job_not_found(std::string_view detail) {
  return problem(404, "job_not_found", detail, ",\"job\":null");
}

}  // namespace jobcast::http
