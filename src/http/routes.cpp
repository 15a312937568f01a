#include <vector>

#include "http/api/endpoints.hpp"
#include "http/router.hpp"
#include "http/web_assets.hpp"

namespace jobcast::http {

namespace {

using boost::beast::http::verb;

std::vector<Route> make_routes() {
  // The most asked first.
  std::vector<Route> table = {
      {verb::get, "/api/background-process", Access::open, get_background_process, background_process_from_memory},
      {verb::post, "/api/background-process", Access::admin, post_background_process},
      {verb::get, "/api/sse", Access::open, get_sse},
      {verb::get, "/api/sse/admin", Access::admin, get_sse_admin},
      {verb::get, "/api/jobs", Access::open, get_jobs},
      {verb::post, "/api/jobs", Access::publish, post_jobs},
      {verb::post, "/api/jobs/retry-failed", Access::admin, post_retry_failed},
      {verb::post, "/api/jobs/bulk", Access::admin, post_bulk},
      {verb::post, "/api/jobs/claim", Access::publish, post_claim},
      {verb::get, "/api/jobs/{id}", Access::open, get_job},
      {verb::patch, "/api/jobs/{id}", Access::publish, patch_job},
      {verb::delete_, "/api/jobs/{id}", Access::admin, delete_job},
      {verb::get, "/api/jobs/{id}/events", Access::open, get_job_events},
      {verb::get, "/api/jobs/{id}/result", Access::open, get_job_result},
      {verb::get, "/api/jobs/{id}/input", Access::publish, get_job_input},
      {verb::get, "/api/jobs/{id}/log", Access::open, get_job_log},
      {verb::get, "/api/jobs/{id}/why", Access::open, get_job_why},
      {verb::get, "/api/handlers", Access::open, get_handlers},
      {verb::post, "/api/jobs/{id}/cancel", Access::admin, post_job_cancel},
      {verb::post, "/api/jobs/{id}/retry", Access::admin, post_job_retry},
      {verb::post, "/api/handlers/{id}/pause", Access::admin, post_handler_pause},
      {verb::post, "/api/handlers/{id}/resume", Access::admin, post_handler_resume},
      {verb::get, "/api/session", Access::session, get_session},
      {verb::post, "/api/session", Access::session, post_session},
      {verb::delete_, "/api/session", Access::session, delete_session},
      {verb::get, "/api/version", Access::open, get_version},
      {verb::get, "/healthz", Access::open, get_healthz},
      {verb::get, "/metrics", Access::admin, get_metrics},
  };
  for (const auto& asset : web_assets()) {
    table.push_back({verb::get, asset.path, Access::page, get_page});
    const auto address = page_address(asset.path);
    if (!address.empty()) table.push_back({verb::get, address, Access::page, get_page});
  }
  return table;
}

}  // namespace

std::span<const Route> routes() {
  static const auto table = make_routes();
  return table;
}

}  // namespace jobcast::http
