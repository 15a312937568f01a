#include <memory>

#include "jobcast/limits.hpp"

#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/api/job_request.hpp"
#include "http/json_body.hpp"
#include "http/multipart.hpp"
#include "http/upload_file.hpp"

namespace jobcast::http {
namespace {

using Refusal = std::optional<Response>;

/// The uploads of one request: all become jobs, or none is left on the disk.
class UploadBatch {
 public:
  explicit UploadBatch(Exchange& exchange) : exchange_(exchange) {}

  /// Begins the next file. Refused for a name that can't be taken.
  Refusal begin(std::string filename) {
    if (const auto fault = find_filename_fault(filename)) return invalid_parameter(*fault);
    items_.push_back({std::move(filename), {}, nullptr});
    items_.back().file =
        std::make_unique<UploadFile>(exchange_.services, exchange_.executor, exchange_.services.ids.make());
    return {};
  }

  Task<Refusal> write(std::span<const char> bytes) {
    const auto written = co_await items_.back().file->write(bytes);
    if (!written) co_return problem(written.error());
    co_return std::nullopt;
  }

  Task<Refusal> finish() {
    auto& item = items_.back();
    auto media_type = co_await item.file->finish(item.filename);
    if (!media_type) co_return problem(media_type.error());
    item.media_type = std::move(*media_type);
    co_return std::nullopt;
  }

  /// Makes the jobs and answers.
  Task<Response> commit(const JobRequest& request) {
    if (items_.empty()) co_return invalid_parameter("file: the form has no part of that name");
    CreateJobs command;
    for (const auto& item : items_) {
      auto job = make_new_job(request, item.file->id(), item.filename, item.media_type, exchange_.services);
      if (auto* refusal = std::get_if<Response>(&job)) co_return std::move(*refusal);
      command.jobs.push_back(std::move(std::get<NewJob>(job)));
    }
    command.idempotency_key = request.idempotency_key;
    const auto outcome = co_await submit(exchange_, std::move(command));
    if (!outcome) co_return problem(outcome.error());
    if (outcome->repeated) co_return made(exchange_, *outcome);  // the files that came again are discarded
    for (const auto& item : items_) item.file->keep();
    items_.clear();
    co_return made(exchange_, *outcome);
  }

  /// Removes what did not become a job; when this returns it is gone.
  Task<void> discard() {
    for (const auto& item : items_) co_await item.file->discard();
    items_.clear();
  }

  static Response made(Exchange& exchange, const CommandOutcome& outcome) {
    const auto& jobs = outcome.jobs;
    auto queue = exchange.shard.queue();
    std::string list;
    std::size_t first_bytes = 0;
    for (const auto& job : jobs) {
      if (!list.empty()) list += ',';
      append_job(list, job, queue);
      if (first_bytes == 0) first_bytes = list.size();
    }
    std::string body;
    body.reserve(list.size() + first_bytes + 32);
    body.append("{\"job\":").append(list, 0, first_bytes).append(",\"jobs\":[").append(list).append("]}");
    auto response = json_outcome(outcome.repeated ? 200 : 202, std::move(body));
    response.headers.emplace_back("Location", "/api/jobs/" + jobs.front().id.to_string());
    return response;
  }

 private:
  struct Item {
    std::string filename;
    std::string media_type;
    std::unique_ptr<UploadFile> file;
  };

  Exchange& exchange_;
  std::vector<Item> items_;
};

/// Reads a form into the batch and the request, until its closing boundary.
class FormReader {
 public:
  using Step = MultipartParser::Step;

  FormReader(Exchange& exchange, std::string_view boundary, JobRequest& request, UploadBatch& uploads)
      : exchange_(exchange), parser_(boundary), request_(request), uploads_(uploads) {}

  Task<Refusal> read() {
    while (true) {
      const auto step = parser_.next();
      if (step == Step::finished) break;
      if (step == Step::malformed) {
        co_return problem(400, "malformed_request", "the form has " + std::string(parser_.fault()));
      }
      if (auto refusal = co_await advance(step)) co_return refusal;
    }
    // What follows the form is read, so that the connection can go on.
    while (true) {
      const auto piece = co_await exchange_.body.next();
      if (!piece) co_return exchange_.body.fault();
      if (piece->empty()) co_return std::nullopt;
    }
  }

 private:
  Task<Refusal> feed() {
    const auto piece = co_await exchange_.body.next();
    if (!piece) co_return exchange_.body.fault();
    if (piece->empty()) co_return problem(400, "incomplete_body", "the form ends before its closing boundary");
    parser_.feed({piece->data(), piece->size()});
    co_return std::nullopt;
  }

  Task<Refusal> advance(Step step) {
    switch (step) {
      case Step::need_more:
        co_return co_await feed();
      case Step::part_begin:
        co_return begin_part();
      case Step::data:
        co_return co_await take_data();
      default:
        co_return co_await end_part();
    }
  }

  Refusal begin_part() {
    if (++parts_ > limits::multipart_parts) {
      return invalid_parameter("file: the form has more than " + std::to_string(limits::multipart_parts) + " parts");
    }
    in_file_ = parser_.head().filename.has_value();
    if (parser_.head().name == "file" && !in_file_) return invalid_parameter("file: the part has no filename");
    if (!in_file_) {
      field_.clear();
      return {};
    }
    if (parser_.head().name != "file") return invalid_parameter("file: parts with a file must have this name");
    return uploads_.begin(*parser_.head().filename);
  }

  Task<Refusal> take_data() {
    const auto data = parser_.data();
    if (in_file_) co_return co_await uploads_.write(data);
    if (field_.size() + data.size() > limits::form_field_bytes) {
      co_return problem(413, "payload_too_large", "a field of the form is too large");
    }
    field_ += data;
    co_return std::nullopt;
  }

  Task<Refusal> end_part() {
    if (in_file_) co_return co_await uploads_.finish();
    if (const auto fault = request_.take_text(parser_.head().name, field_)) co_return invalid_parameter(*fault);
    co_return std::nullopt;
  }

  Exchange& exchange_;
  MultipartParser parser_;
  JobRequest& request_;
  UploadBatch& uploads_;
  std::string field_;
  std::size_t parts_ = 0;
  bool in_file_ = false;
};

Task<Response> make_from_form(Exchange& exchange, JobRequest& request, UploadBatch& uploads) {
  const auto boundary = MultipartParser::boundary_of(exchange.request.header(boost::beast::http::field::content_type));
  if (!boundary) co_return problem(400, "malformed_request", "the form's Content-Type has no usable boundary");
  FormReader reader(exchange, *boundary, request, uploads);
  if (auto refusal = co_await reader.read()) co_return std::move(*refusal);
  co_return co_await uploads.commit(request);
}

Task<Response> make_from_body(Exchange& exchange, const JobRequest& request, UploadBatch& uploads) {
  if (!request.filename) co_return invalid_parameter("filename: a body that is the file needs this parameter");
  if (!exchange.body.is_framed()) {
    auto response = problem(411, "length_required", "the file's length must be told, or the body be chunked");
    response.close = true;
    co_return response;
  }
  const auto max_bytes = exchange.services.config.limits.max_upload_bytes;
  if (exchange.body.content_length().value_or(0) > max_bytes) {
    co_return problem(
        413, "payload_too_large",
        "the file is larger than " + std::to_string(max_bytes) + " bytes, the most that this server takes");
  }
  if (auto refusal = uploads.begin(*request.filename)) co_return std::move(*refusal);
  while (true) {
    const auto piece = co_await exchange.body.next();
    if (!piece) co_return exchange.body.fault();
    if (piece->empty()) break;
    if (auto refusal = co_await uploads.write(*piece)) co_return std::move(*refusal);
  }
  if (auto refusal = co_await uploads.finish()) co_return std::move(*refusal);
  co_return co_await uploads.commit(request);
}

Task<Response> make_from_json(Exchange& exchange, JobRequest request) {
  auto json = co_await read_json_object(exchange.body, exchange.services.config.limits.max_json_bytes);
  if (auto* refusal = std::get_if<Response>(&json)) co_return std::move(*refusal);
  if (const auto fault = request.take_json(std::get<nlohmann::json>(json))) co_return invalid_parameter(*fault);
  if (!request.filename) co_return invalid_parameter("filename is missing");
  if (!request.kind) co_return invalid_parameter("kind is missing");

  auto job = make_new_job(request, exchange.services.ids.make(), *request.filename, {}, exchange.services);
  if (auto* refusal = std::get_if<Response>(&job)) co_return std::move(*refusal);
  CreateJobs command;
  command.jobs.push_back(std::move(std::get<NewJob>(job)));
  command.idempotency_key = request.idempotency_key;
  const auto outcome = co_await submit(exchange, std::move(command));
  if (!outcome) co_return problem(outcome.error());
  co_return UploadBatch::made(exchange, *outcome);
}

}  // namespace

Task<Response> post_jobs(Exchange& exchange) {
  JobRequest request;
  if (const auto fault = request.take_query(exchange.request.target)) co_return invalid_parameter(*fault);
  if (const auto fault = request.take_headers(exchange.request)) co_return invalid_parameter(*fault);
  const auto type = media_type_of(exchange.request.header(boost::beast::http::field::content_type));
  if (type == "application/json") co_return co_await make_from_json(exchange, std::move(request));

  UploadBatch uploads(exchange);
  Response response;
  if (type == "multipart/form-data") {
    response = co_await make_from_form(exchange, request, uploads);
  } else {
    response = co_await make_from_body(exchange, request, uploads);
  }
  co_await uploads.discard();
  co_return response;
}

}  // namespace jobcast::http
