#include "jobcast/limits.hpp"

#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/json_body.hpp"

namespace jobcast::http {
namespace {

using nlohmann::json;

/// Which jobs a bulk request is about.
struct Selection {
  std::vector<JobId> ids;           ///< these, or
  std::optional<ListQuery> filter;  ///< all that it finds
};

struct BulkCount {
  std::int64_t done = 0;
  std::int64_t skipped = 0;
};

std::optional<SteerAction> action_of(const json& object) {
  const auto action = object.find("action");
  if (action == object.end()) return {};
  if (*action == "retry") return SteerAction::retry;
  if (*action == "cancel") return SteerAction::cancel;
  if (*action == "delete") return SteerAction::remove;
  return {};
}

std::variant<Selection, Response> read_ids(const json& ids) {
  Selection selection;
  if (!ids.is_array()) return invalid_parameter("ids must be a list of job ids");
  for (const auto& text : ids) {
    const auto id = text.is_string() ? JobId::parse(text.get_ref<const std::string&>()) : std::nullopt;
    if (!id) return invalid_parameter("ids has an element that is no job id");
    selection.ids.push_back(*id);
  }
  return selection;
}

std::variant<Selection, Response> read_filter(const json& object) {
  ListQuery filter;
  bool has_any = false;
  for (const char* name : {"status", "kind", "q"}) {
    const auto value = object.find(name);
    if (value == object.end() || value->is_null()) continue;
    if (!value->is_string()) return invalid_parameter(std::string(name) + " must be a string");
    has_any = true;
    const auto& text = value->get_ref<const std::string&>();
    if (name == std::string_view("status")) {
      filter.status = parse_job_status(text);
      if (!filter.status) {
        return invalid_parameter("status must be pending, processing, completed, failed or cancelled");
      }
    } else {
      (name == std::string_view("kind") ? filter.kind : filter.filename_part) = text;
    }
  }
  if (!has_any) return invalid_parameter("ids, or one of status, kind and q, must say which jobs are meant");
  return Selection{{}, std::move(filter)};
}

std::variant<Selection, Response> read_selection(const json& object) {
  if (const auto ids = object.find("ids"); ids != object.end() && !ids->is_null()) return read_ids(*ids);
  return read_filter(object);
}

/// One step, files of deleted jobs included.
Task<result<void>> steer_step(Exchange& exchange, SteerAction action, std::vector<JobId> ids, BulkCount& count) {
  SteerJobs command{action, std::move(ids)};
  const auto outcome = co_await submit(exchange, std::move(command));
  if (!outcome) co_return outcome.error();
  count.done += static_cast<std::int64_t>(outcome->jobs.size());
  count.skipped += outcome->skipped;
  if (action == SteerAction::remove) co_await remove_files(exchange, outcome->jobs);
  co_return result<void>();
}

Task<result<void>> steer_ids(Exchange& exchange, SteerAction action, std::span<const JobId> ids, BulkCount& count) {
  while (!ids.empty()) {
    const auto step = ids.first(std::min(ids.size(), limits::steer_step));
    ids = ids.subspan(step.size());
    std::vector<JobId> these(step.begin(), step.end());
    const auto done = co_await steer_step(exchange, action, std::move(these), count);
    if (!done) co_return done.error();
  }
  co_return result<void>();
}

/// Page by page, newest first; jobs that come meanwhile are not meant.
Task<result<void>> steer_found(Exchange& exchange, SteerAction action, ListQuery filter, BulkCount& count) {
  filter.limit = limits::steer_step;
  while (true) {
    const auto page = co_await list_jobs(exchange, filter);
    if (!page) co_return page.error();
    std::vector<JobId> ids;
    for (const auto& job : page->jobs) ids.push_back(job.id);
    const auto done = co_await steer_ids(exchange, action, ids, count);
    if (!done) co_return done.error();
    filter.before = page->next_before;
    if (filter.before == 0) co_return result<void>();
  }
}

Response counted(const char* name, const BulkCount& count) {
  return json_outcome(202, "{\"" + std::string(name) + "\":" + std::to_string(count.done) +
                               ",\"skipped\":" + std::to_string(count.skipped) + "}");
}

}  // namespace

Task<Response> post_bulk(Exchange& exchange) {
  auto body = co_await read_json_object(exchange.body, exchange.services.config.limits.max_json_bytes);
  if (auto* refusal = std::get_if<Response>(&body)) co_return std::move(*refusal);
  const auto& object = std::get<json>(body);
  const auto action = action_of(object);
  if (!action) co_return problem(400, "invalid_action", "action must be retry, cancel or delete");
  auto selection = read_selection(object);
  if (auto* refusal = std::get_if<Response>(&selection)) co_return std::move(*refusal);

  auto& chosen = std::get<Selection>(selection);
  BulkCount count;
  result<void> done;
  if (chosen.filter) {
    done = co_await steer_found(exchange, *action, std::move(*chosen.filter), count);
  } else {
    done = co_await steer_ids(exchange, *action, chosen.ids, count);
  }
  if (!done) co_return problem(done.error());
  co_return counted("done", count);
}

Task<Response> post_retry_failed(Exchange& exchange) {
  ListQuery failed;
  failed.status = JobStatus::failed;
  BulkCount count;
  const auto done = co_await steer_found(exchange, SteerAction::retry, std::move(failed), count);
  if (!done) co_return problem(done.error());
  co_return counted("retried", count);
}

}  // namespace jobcast::http
