#include "http/api/job_request.hpp"

#include <nlohmann/json.hpp>

#include "jobcast/limits.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"

namespace jobcast::http {
namespace {

using nlohmann::json;

constexpr auto retries_fault = "max_retries must be a whole number from 0 to 100";
constexpr auto priority_fault = "priority must be a whole number from -100 to 100";
constexpr auto run_at_fault = "run_at must be a time like 2026-11-23T20:43:00.123Z";

/// A JSON integer in a range; numbers with a fraction and other types are refused.
std::optional<int> integer_of(const json& value, int low, int high) {
  if (!value.is_number_integer()) return {};
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(high)) return {};
  const auto number = value.get<std::int64_t>();
  if (number < low || number > high) return {};
  return static_cast<int>(number);
}

}  // namespace

std::optional<std::string> JobRequest::take_text(std::string_view name, std::string_view value) {
  if (name == "filename") {
    filename = std::string(value);
  } else if (name == "kind") {
    kind = std::string(value);
  } else if (name == "max_retries") {
    max_retries = parse_integer<int>(value, 0, limits::max_retries);
    if (!max_retries) return retries_fault;
  } else if (name == "priority") {
    priority = parse_integer<int>(value, -limits::priority_range, limits::priority_range);
    if (!priority) return priority_fault;
  } else if (name == "run_at") {
    run_at = parse_timestamp(value);
    if (!run_at) return run_at_fault;
  }
  return {};
}

std::optional<std::string> JobRequest::take_headers(const Request& request) {
  if (request.fields->find("Idempotency-Key") == request.fields->end()) return {};
  const auto key = request.header("Idempotency-Key");
  if (key.empty() || key.size() > limits::idempotency_key_bytes || !is_valid_utf8(key)) {
    return "Idempotency-Key must be 1 to " + std::to_string(limits::idempotency_key_bytes) + " bytes of UTF-8";
  }
  idempotency_key = std::string(key);
  return {};
}

std::optional<std::string> JobRequest::take_query(const Target& target) {
  for (const std::string_view name : {"filename", "kind", "max_retries", "priority", "run_at"}) {
    if (const auto value = target.parameter(name)) {
      if (auto fault = take_text(name, *value)) return fault;
    }
  }
  return {};
}

std::optional<std::string> JobRequest::take_json(const json& object) {
  const auto given = [&object](const char* name) -> const json* {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  };
  if (const auto* value = given("filename")) {
    if (!value->is_string()) return "filename must be a string";
    filename = value->get<std::string>();
  }
  if (const auto* value = given("kind")) {
    if (!value->is_string()) return "kind must be a string";
    kind = value->get<std::string>();
  }
  if (const auto* value = given("max_retries")) {
    max_retries = integer_of(*value, 0, limits::max_retries);
    if (!max_retries) return retries_fault;
  }
  if (const auto* value = given("priority")) {
    priority = integer_of(*value, -limits::priority_range, limits::priority_range);
    if (!priority) return priority_fault;
  }
  if (const auto* value = given("run_at")) {
    run_at = value->is_string() ? parse_timestamp(value->get_ref<const std::string&>()) : std::nullopt;
    if (!run_at) return run_at_fault;
  }
  if (const auto* value = given("payload")) payload = value->dump();
  return {};
}

std::variant<NewJob, Response> make_new_job(const JobRequest& request, const JobId& id, std::string filename,
                                            std::string media_type, const Services& services) {
  if (const auto fault = find_filename_fault(filename)) return invalid_parameter(*fault);
  const bool has_file = !media_type.empty();
  NewJob job;
  job.kind = request.kind && !request.kind->empty() ? *request.kind : services.kinds.kind_for_file(media_type);
  const auto kind = services.kinds.find(job.kind);
  if (!kind) return invalid_parameter("kind: there is no handler of that name on this server");
  if (kind->needs_file && !has_file) return invalid_parameter("kind: jobs of this kind need a file");
  if (has_file && !kind->accepts_file(media_type)) {
    return problem({errc::media_type_refused, "kind: " + job.kind + " takes no files of type " + media_type});
  }
  job.id = id;
  job.filename = std::move(filename);
  job.file_type = std::move(media_type);
  job.max_retries = request.max_retries.value_or(services.config.work.max_retries);
  job.priority = request.priority.value_or(0);
  job.run_at = request.run_at;
  job.payload = request.payload;
  job.external = kind->external;
  job.has_input = has_file;
  return job;
}

}  // namespace jobcast::http
