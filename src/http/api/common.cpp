#include "http/api/common.hpp"

#include "jobcast/limits.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "push/job_json.hpp"

namespace jobcast::http {

Task<result<CommandOutcome>> submit(Exchange& exchange, Command command) {
  auto& store = exchange.services.store;
  return await_callback<result<CommandOutcome>>(
      exchange.executor, [&store, command = std::move(command)](JobStore::Callback<CommandOutcome> done) mutable {
        store.submit(std::move(command), std::move(done));
      });
}

Task<result<Job>> find_job(Exchange& exchange, JobRef ref) {
  auto& store = exchange.services.store;
  return await_callback<result<Job>>(exchange.executor,
                                     [&store, ref = std::move(ref)](JobStore::Callback<Job> done) mutable {
                                       store.find(std::move(ref), std::move(done));
                                     });
}

Task<result<JobPage>> list_jobs(Exchange& exchange, ListQuery query) {
  auto& store = exchange.services.store;
  return await_callback<result<JobPage>>(exchange.executor,
                                         [&store, query = std::move(query)](JobStore::Callback<JobPage> done) mutable {
                                           store.list(std::move(query), std::move(done));
                                         });
}

Error no_such_job() {
  return {errc::job_not_found, "there is no job of that id"};
}

std::variant<JobId, Response> id_of_path(const Exchange& exchange) {
  if (const auto id = JobId::parse(exchange.id)) return *id;
  return problem(no_such_job());
}

Task<result<Job>> find_job_of_path(Exchange& exchange) {
  const auto id = JobId::parse(exchange.id);
  if (!id) co_return no_such_job();
  co_return co_await find_job(exchange, *id);
}

std::optional<std::string> find_filename_fault(std::string_view filename) {
  if (filename.empty()) return "filename is empty";
  if (filename.size() > limits::filename_bytes) {
    return "filename is longer than " + std::to_string(limits::filename_bytes) + " bytes";
  }
  if (!is_valid_utf8(filename)) return "filename is not UTF-8";
  for (std::size_t i = 0; i < filename.size(); ++i) {
    const auto byte = static_cast<unsigned char>(filename[i]);
    // C1 controls are U+0080 to U+009F, in UTF-8 0xC2 0x80 to 0xC2 0x9F.
    const bool c1 = byte == 0xc2 && i + 1 < filename.size() && static_cast<unsigned char>(filename[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || c1) return "filename has a control character";
    if (byte == '/' || byte == '\\') return "filename has a slash or a backslash";
  }
  return {};
}

std::variant<ListParameters, Response> read_list_parameters(const Target& target, std::size_t default_limit,
                                                            std::size_t max_limit) {
  ListParameters list;
  list.limit = default_limit;
  if (const auto status = target.parameter("status"); status && !status->empty()) {
    list.status = parse_job_status(*status);
    if (!list.status) {
      return invalid_parameter("status must be pending, processing, completed, failed or cancelled");
    }
  }
  if (const auto limit = target.parameter("limit")) {
    const auto value = parse_integer<std::size_t>(*limit, 1, max_limit);
    if (!value) return invalid_parameter("limit must be a whole number from 1 to " + std::to_string(max_limit));
    list.limit = *value;
  }
  if (const auto cursor = target.parameter("cursor"); cursor && !cursor->empty()) {
    const auto value = parse_integer<Seq>(*cursor, 1, (Seq{1} << 53) - 1);
    if (!value) return invalid_parameter("cursor is none that this server gave");
    list.before = *value;
  }
  return list;
}

void append_page(std::string& out, const JobPage& page, push::QueueView queue) {
  out += "\"jobs\":[";
  for (std::size_t i = 0; i < page.jobs.size(); ++i) {
    if (i > 0) out += ',';
    append_job(out, page.jobs[i], queue);
  }
  out += "],\"next_cursor\":";
  if (page.next_before > 0) {
    out += '"';
    append_number(out, page.next_before);
    out += '"';
  } else {
    out += "null";
  }
}

Task<void> remove_files(Exchange& exchange, const std::vector<Job>& jobs) {
  std::vector<JobId> ids;
  for (const auto& job : jobs) ids.push_back(job.id);
  auto remove = [&data = exchange.services.data, ids = std::move(ids)] {
    for (const auto& id : ids) data.remove_files_of(id);
    return true;
  };
  co_await run_on(exchange.services.files, exchange.executor, std::move(remove));
}

void append_job(std::string& out, const Job& job, push::QueueView& queue, bool whole_result) {
  push::append_job_json(out, job, whole_result);
  push::tell_place(out, job, queue);
}

void append_job_with_payload(std::string& out, const Job& job, push::QueueView& queue,
                             const std::optional<std::string>& payload) {
  append_job(out, job, queue, /*whole_result=*/true);
  if (!payload) return;
  out.back() = ',';
  out += "\"payload\":";
  out += *payload;
  out += '}';
}

Response job_response(Exchange& exchange, unsigned status, const Job& job) {
  auto queue = exchange.shard.queue();
  std::string body = "{\"job\":";
  append_job(body, job, queue, /*whole_result=*/true);
  body += '}';
  return json_outcome(status, std::move(body));
}

}  // namespace jobcast::http
