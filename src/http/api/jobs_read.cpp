#include <fcntl.h>
#include <unistd.h>

#include "jobcast/limits.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"

namespace jobcast::http {
namespace {

constexpr std::size_t history_events = 10'000;

/// The last limits::log_bytes of the file, empty where there is none. Blocks.
std::string read_log_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const auto size = ::lseek(file, 0, SEEK_END);
  const auto wanted = static_cast<off_t>(limits::log_bytes);
  std::string text(static_cast<std::size_t>(std::min(size, wanted)), '\0');
  const auto got = ::pread(file, text.data(), text.size(), size > wanted ? size - wanted : 0);
  ::close(file);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return to_valid_utf8(text);
}

void append_history(std::string& out, const std::vector<HistoryEntry>& entries) {
  out += "{\"events\":[";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& entry = entries[i];
    out += i > 0 ? ",{\"seq\":" : "{\"seq\":";
    append_number(out, entry.seq);
    out += ",\"at\":\"";
    append_text(out, entry.at);
    out += "\",\"status\":\"";
    out += to_string(entry.status);
    out += "\",\"progress\":";
    if (entry.progress) {
      append_number(out, *entry.progress);
    } else {
      out += "null";
    }
    out += ",\"message\":";
    append_json_string(out, entry.message);
    out += ",\"attempt\":";
    append_number(out, entry.attempt);
    out += '}';
  }
  out += "]}";
}

}  // namespace

Task<Response> get_jobs(Exchange& exchange) {
  const auto& target = exchange.request.target;
  const auto list = read_list_parameters(target, limits::page_default, limits::page_max);
  if (const auto* refusal = std::get_if<Response>(&list)) co_return *refusal;
  const auto& parameters = std::get<ListParameters>(list);
  ListQuery query;
  query.status = parameters.status;
  query.limit = parameters.limit;
  query.before = parameters.before;
  if (const auto q = target.parameter("q"); q && !q->empty()) query.filename_part = std::string(*q);
  if (const auto kind = target.parameter("kind"); kind && !kind->empty()) query.kind = std::string(*kind);
  const auto page = co_await list_jobs(exchange, std::move(query));
  if (!page) co_return problem(page.error());
  std::string body = "{";
  append_page(body, *page, exchange.shard.queue());
  body += '}';
  co_return json_response(std::move(body));
}

Task<Response> get_job(Exchange& exchange) {
  const auto job = co_await find_job_of_path(exchange);
  if (!job) co_return problem(job.error());
  auto& store = exchange.services.store;
  auto read = [&store, id = job->id](JobStore::Callback<std::optional<std::string>> done) {
    store.read_payload(id, std::move(done));
  };
  const auto payload = co_await await_callback<result<std::optional<std::string>>>(exchange.executor, std::move(read));
  if (!payload) co_return problem(payload.error());
  std::string body = "{\"job\":";
  auto queue = exchange.shard.queue();
  append_job_with_payload(body, *job, queue, *payload);
  body += '}';
  co_return json_response(std::move(body));
}

Task<Response> get_job_events(Exchange& exchange) {
  Seq after = 0;
  if (const auto text = exchange.request.target.parameter("after")) {
    const auto value = parse_integer<Seq>(*text, 0, (Seq{1} << 53) - 1);
    if (!value) co_return invalid_parameter("after must be the number of an event");
    after = *value;
  }
  const auto id = id_of_path(exchange);
  if (const auto* refusal = std::get_if<Response>(&id)) co_return *refusal;
  auto& log = exchange.services.log;
  const auto entries = co_await await_callback<result<std::vector<HistoryEntry>>>(
      exchange.executor, [&log, id = std::get<JobId>(id), after](EventLog::Callback<std::vector<HistoryEntry>> done) {
        log.history(id, after, history_events, std::move(done));
      });
  if (!entries) co_return problem(entries.error());
  std::string body;
  append_history(body, *entries);
  co_return json_response(std::move(body));
}

Task<Response> get_job_log(Exchange& exchange) {
  const auto job = co_await find_job_of_path(exchange);
  if (!job) co_return problem(job.error());
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.cache_control = "no-cache";
  auto read = [path = exchange.services.data.log(job->id)] { return read_log_file(path); };
  response.body = co_await run_on(exchange.services.files, exchange.executor, std::move(read));
  response.etag = make_etag(response.body);
  co_return response;
}

}  // namespace jobcast::http
