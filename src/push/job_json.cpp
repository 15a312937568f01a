#include "push/job_json.hpp"

#include "jobcast/limits.hpp"

#include "base/json_text.hpp"
#include "base/time_text.hpp"

namespace jobcast::push {
namespace {

void append_key(std::string& out, std::string_view key) {
  out += ",\"";
  out += key;
  out += "\":";
}

void append_string(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  append_json_string(out, value);
}

template <class T>
void append_integer(std::string& out, std::string_view key, const std::optional<T>& value) {
  append_key(out, key);
  append_optional_number(out, value);
}

void append_time(std::string& out, std::string_view key, const std::optional<Timestamp>& value) {
  append_key(out, key);
  if (!value) {
    out += "null";
    return;
  }
  out += '"';
  append_text(out, *value);
  out += '"';
}

/// How every job's JSON object ends where nothing is known of its place in the queue.
constexpr std::string_view unknown_place = ",\"queue_position\":null,\"eta_seconds\":null,\"stalled\":false}";

void append_result(std::string& out, const Job& job, bool whole_result) {
  append_key(out, "result");
  const bool shown = job.result && (whole_result || job.result->size() <= limits::inline_result_bytes);
  out += shown ? std::string_view(*job.result) : "null";
}

}  // namespace

void append_job_json(std::string& out, const Job& job, bool whole_result) {
  out += "{\"id\":\"";
  out += job.id.to_string();
  out += '"';
  append_string(out, "filename", job.filename);
  append_string(out, "file_type", job.file_type);
  append_string(out, "kind", job.kind);
  append_string(out, "status", to_string(job.status));
  append_string(out, "status_description", job.status_description);
  append_integer(out, "progress", job.progress);
  append_integer(out, "total_chunks", job.total_chunks);
  append_integer(out, "processed_chunks", job.processed_chunks);
  append_key(out, "error_message");
  if (job.error_message) {
    append_json_string(out, *job.error_message);
  } else {
    out += "null";
  }
  append_integer(out, "retry_count", std::optional(job.retry_count));
  append_integer(out, "max_retries", std::optional(job.max_retries));
  append_time(out, "created_at", job.created_at);
  append_time(out, "started_at", job.started_at);
  append_time(out, "updated_at", job.updated_at);
  append_time(out, "processed_at", job.processed_at);
  append_time(out, "next_retry_at", job.next_retry_at);
  append_result(out, job, whole_result);
  append_integer(out, "seq", std::optional(job.seq));
  out += unknown_place;
}

std::string job_json(const Job& job, bool whole_result) {
  std::string out;
  out.reserve(640);
  append_job_json(out, job, whole_result);
  return out;
}

void tell_place(std::string& out, const QueueState& place) {
  if (place == QueueState{}) return;
  out.resize(out.size() - unknown_place.size());
  append_integer(out, "queue_position", place.position);
  append_integer(out, "eta_seconds", place.eta_seconds);
  out += place.stalled ? ",\"stalled\":true}" : ",\"stalled\":false}";
}

void tell_place(std::string& out, const Job& job, QueueView& queue) {
  if (!is_final(job.status)) tell_place(out, queue.state(job.created_seq));
}

void append_optional_number(std::string& out, std::optional<std::int64_t> value) {
  if (value) {
    append_number(out, *value);
  } else {
    out += "null";
  }
}

void append_counts_json(std::string& out, const JobCounts& counts) {
  out += "{\"total_jobs\":";
  append_number(out, counts.total());
  for (std::size_t i = 0; i < job_status_count; ++i) {
    const auto status = static_cast<JobStatus>(i);
    out += ",\"";
    out += to_string(status);
    out += "_jobs\":";
    append_number(out, counts[status]);
  }
  out += '}';
}

}  // namespace jobcast::push
