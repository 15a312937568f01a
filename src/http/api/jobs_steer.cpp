#include "jobcast/limits.hpp"

#include "base/text.hpp"
#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/json_body.hpp"

namespace jobcast::http {
namespace {

using nlohmann::json;

/// Reads the members of a PATCH, one after another, until one is bad.
class PatchReader {
 public:
  explicit PatchReader(const json& object) : object_(object) {}

  std::variant<PatchJob, Response> read(const JobId& id) {
    patch_.id = id;
    read_status();
    read_progress();
    read_text("message", patch_.message);
    read_text("error", patch_.error);
    read_result();
    read_lease();
    if (refusal_) return std::move(*refusal_);
    const bool empty = !patch_.status && !patch_.percent && !patch_.message && !patch_.result && !patch_.error;
    if (empty && !patch_.lease) {
      return invalid_parameter("status, progress, message, result, error or lease must be given");
    }
    return std::move(patch_);
  }

 private:
  const json* given(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  void refuse(Response response) {
    if (!refusal_) refusal_ = std::move(response);
  }

  void read_status() {
    const auto* value = given("status");
    if (value == nullptr) return;
    if (value->is_string()) patch_.status = parse_job_status(value->get_ref<const std::string&>());
    if (!patch_.status) {
      refuse(invalid_parameter("status must be pending, processing, completed, failed or cancelled"));
    }
  }

  void read_progress() {
    const auto* value = given("progress");
    if (value == nullptr) return;
    const bool fits = value->is_number_integer() && *value >= 0 && *value <= 100;
    if (!fits) return refuse(invalid_parameter("progress must be a whole number from 0 to 100"));
    patch_.percent = value->get<int>();
  }

  void read_text(const char* name, std::optional<std::string>& into) {
    const auto* value = given(name);
    if (value == nullptr) return;
    if (!value->is_string()) return refuse(invalid_parameter(std::string(name) + " must be a string"));
    into = cut_at_character(value->get<std::string>(), limits::message_bytes);
  }

  void read_result() {
    const auto* value = given("result");
    if (value == nullptr) return;
    if (!value->is_object()) return refuse(invalid_parameter("result must be an object"));
    auto text = value->dump();
    if (text.size() > limits::result_bytes) {
      return refuse(problem(413, "payload_too_large",
                            "result is larger than " + std::to_string(limits::result_bytes) + " bytes"));
    }
    patch_.result = std::move(text);
  }

  void read_lease() {
    const auto* value = given("lease");
    if (value == nullptr) return;
    if (!value->is_string()) return refuse(invalid_parameter("lease must be a string"));
    patch_.lease = value->get<std::string>();
  }

  const json& object_;
  PatchJob patch_;
  std::optional<Response> refusal_;
};

/// Submits a command on the path's job and answers with what it is now.
template <class CommandType>
Task<Response> steer(Exchange& exchange) {
  const auto id = id_of_path(exchange);
  if (const auto* refusal = std::get_if<Response>(&id)) co_return *refusal;
  const auto outcome = co_await submit(exchange, CommandType{std::get<JobId>(id)});
  if (!outcome) co_return problem(outcome.error());
  co_return job_response(exchange, 202, outcome->jobs.front());
}

}  // namespace

Task<Response> patch_job(Exchange& exchange) {
  const auto id = id_of_path(exchange);
  if (const auto* refusal = std::get_if<Response>(&id)) co_return *refusal;
  auto body = co_await read_json_object(exchange.body, exchange.services.config.limits.max_json_bytes);
  if (auto* refusal = std::get_if<Response>(&body)) co_return std::move(*refusal);
  auto patch = PatchReader(std::get<json>(body)).read(std::get<JobId>(id));
  if (auto* refusal = std::get_if<Response>(&patch)) co_return std::move(*refusal);
  const auto outcome = co_await submit(exchange, std::move(std::get<PatchJob>(patch)));
  if (!outcome) co_return problem(outcome.error());
  co_return job_response(exchange, 200, outcome->jobs.front());
}

Task<Response> delete_job(Exchange& exchange) {
  const auto id = id_of_path(exchange);
  if (const auto* refusal = std::get_if<Response>(&id)) co_return *refusal;
  const auto job_id = std::get<JobId>(id);
  const auto outcome = co_await submit(exchange, DeleteJob{job_id});
  if (!outcome) co_return problem(outcome.error());
  co_await remove_files(exchange, outcome->jobs);
  Response response;
  response.status = 204;
  co_return response;
}

Task<Response> post_job_cancel(Exchange& exchange) {
  return steer<CancelJob>(exchange);
}

Task<Response> post_job_retry(Exchange& exchange) {
  return steer<RetryJob>(exchange);
}

}  // namespace jobcast::http
