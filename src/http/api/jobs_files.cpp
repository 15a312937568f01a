#include <nlohmann/json.hpp>

#include "jobcast/kind_catalog.hpp"

#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/file_body.hpp"

// What a job leaves to be fetched: its result, and the file that it came with.
namespace jobcast::http {
namespace {

constexpr std::size_t text_part_bytes = 512 * 1024;

Task<result<TextPart>> read_text(JobStore& store, IoExecutor executor, JobId id, std::int64_t first_chunk) {
  return await_callback<result<TextPart>>(executor, [&store, id, first_chunk](JobStore::Callback<TextPart> done) {
    store.read_text(id, first_chunk, text_part_bytes, std::move(done));
  });
}

/// The extracted text, read in parts while it is sent.
Task<Response> text_response(Exchange& exchange, const JobId& id) {
  auto first = co_await read_text(exchange.services.store, exchange.executor, id, 0);
  if (!first) co_return problem(first.error());
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.cache_control = "no-cache";
  if (first->next_chunk == 0) {
    response.etag = make_etag(first->text);
    response.body = std::move(first->text);
    co_return response;
  }
  response.source.total_bytes = static_cast<std::uint64_t>(first->total_bytes);
  const auto part = std::make_shared<TextPart>(std::move(*first));
  response.source.next = [part, id, &store = exchange.services.store,
                          executor = exchange.executor]() -> Task<result<std::string>> {
    if (part->text.empty() && part->next_chunk != 0) {
      auto next = co_await read_text(store, executor, id, part->next_chunk);
      if (!next) co_return next.error();
      *part = std::move(*next);
    }
    co_return std::exchange(part->text, {});
  };
  co_return response;
}

/// Content that strangers made: whatever it is, it runs nothing in our name.
Response file_response(BodySource source, std::string media_type) {
  Response response;
  response.content_type = media_type.starts_with("text/") ? media_type + "; charset=utf-8" : std::move(media_type);
  response.cache_control = "no-cache";
  response.source = std::move(source);
  response.headers.emplace_back("Content-Security-Policy", "sandbox");
  return response;
}

/// A member of a result object, where it is a string.
std::string text_member(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

/// The file that a command made, or the result object where it made none.
Task<Response> command_response(Exchange& exchange, const Job& job) {
  auto path = exchange.services.data.result_file(job.id, job.attempt);
  auto source = co_await open_file_body(exchange.services.files, exchange.executor, std::move(path));
  if (!source) co_return json_response(job.result.value_or("null"));
  const auto told = nlohmann::json::parse(job.result.value_or("null"), nullptr, false);
  auto media_type = text_member(told, "media_type");
  if (media_type.empty()) media_type = "application/octet-stream";
  const bool is_harmless = is_harmless_media_type(media_type);
  auto response = file_response(std::move(*source), std::move(media_type));
  if (const auto sha256 = text_member(told, "sha256"); !sha256.empty()) response.etag = '"' + sha256 + '"';
  // Not the upload's name alone, whose ending need not fit what was made of it.
  if (!is_harmless) {
    response.headers.emplace_back("Content-Disposition", attachment_header(job.filename + ".result"));
  }
  co_return response;
}

}  // namespace

Task<Response> get_job_result(Exchange& exchange) {
  const auto job = co_await find_job_of_path(exchange);
  if (!job) co_return problem(job.error());
  if (job->status != JobStatus::completed) {
    co_return problem(
        Error{errc::result_not_ready, "the job has no result: it is " + std::string(to_string(job->status))});
  }
  if (job->external) co_return json_response(job->result.value_or("null"));
  if (job->kind == document_kind) co_return co_await text_response(exchange, job->id);
  co_return co_await command_response(exchange, *job);
}

Task<Response> get_job_input(Exchange& exchange) {
  const auto job = co_await find_job_of_path(exchange);
  if (!job) co_return problem(job.error());
  if (!job->has_input) co_return problem(404, "input_not_found", "the job came without a file");
  auto path = exchange.services.data.upload(job->id);
  auto source = co_await open_file_body(exchange.services.files, exchange.executor, std::move(path));
  if (!source) co_return problem(404, "input_not_found", "the job's file is gone");
  auto response = file_response(std::move(*source), job->file_type);
  response.headers.emplace_back("Content-Disposition", attachment_header(job->filename));
  co_return response;
}

}  // namespace jobcast::http
