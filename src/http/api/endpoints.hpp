#pragma once

#include "http/router.hpp"

// The handlers of the route table, one file an endpoint group.
namespace jobcast::http {

// background_process.cpp
std::optional<Response> background_process_from_memory(Exchange& exchange);
Task<Response> get_background_process(Exchange& exchange);
Task<Response> post_background_process(Exchange& exchange);

// sse.cpp
Task<Response> get_sse(Exchange& exchange);
Task<Response> get_sse_admin(Exchange& exchange);

// jobs_make.cpp
Task<Response> post_jobs(Exchange& exchange);

// jobs_read.cpp
Task<Response> get_jobs(Exchange& exchange);
Task<Response> get_job(Exchange& exchange);
Task<Response> get_job_events(Exchange& exchange);
Task<Response> get_job_log(Exchange& exchange);

// jobs_files.cpp
Task<Response> get_job_result(Exchange& exchange);
Task<Response> get_job_input(Exchange& exchange);

// job_why.cpp
Task<Response> get_job_why(Exchange& exchange);

// jobs_steer.cpp
Task<Response> patch_job(Exchange& exchange);
Task<Response> delete_job(Exchange& exchange);
Task<Response> post_job_cancel(Exchange& exchange);
Task<Response> post_job_retry(Exchange& exchange);

// jobs_bulk.cpp
Task<Response> post_bulk(Exchange& exchange);
Task<Response> post_retry_failed(Exchange& exchange);

// jobs_claim.cpp
Task<Response> post_claim(Exchange& exchange);

// handlers.cpp
Task<Response> get_handlers(Exchange& exchange);
Task<Response> post_handler_pause(Exchange& exchange);
Task<Response> post_handler_resume(Exchange& exchange);

// session.cpp
Task<Response> get_session(Exchange& exchange);
Task<Response> post_session(Exchange& exchange);
Task<Response> delete_session(Exchange& exchange);

// health.cpp
Task<Response> get_healthz(Exchange& exchange);
Task<Response> get_version(Exchange& exchange);
Task<Response> get_metrics(Exchange& exchange);

// pages.cpp
Task<Response> get_page(Exchange& exchange);

}  // namespace jobcast::http
