#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "jobcast/error.hpp"

#include "http/response.hpp"

namespace jobcast::http {

/// application/problem+json (RFC 9457) with the stable `code`; `error` repeats `detail` for old clients.
/// @param extra  further members, as JSON text that begins with a comma, or empty
Response problem(unsigned status, std::string_view code, std::string_view detail, std::string_view extra = {});

/// Replaces the Retry-After of a 429, 503 or 507.
void set_retry_after(Response& response, std::chrono::seconds wait);

/// The answer to an error of one of our parts.
Response problem(const Error& error);

/// 400 invalid_parameter; `detail` must name the parameter.
Response invalid_parameter(std::string_view detail);

/// 404 job_not_found, with "job":null for clients of the status endpoint.
Response job_not_found(std::string_view detail);

}  // namespace jobcast::http
