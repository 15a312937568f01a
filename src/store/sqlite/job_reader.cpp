#include "store/sqlite/job_reader.hpp"

#include "jobcast/limits.hpp"

namespace jobcast {
namespace {

std::string select_job(ResultMode mode, std::string_view key) {
  const std::string result =
      mode == ResultMode::whole
          ? "result"
          : "CASE WHEN result_bytes <= " + std::to_string(limits::inline_result_bytes) + " THEN result END";
  return "SELECT created_seq, id, filename, kind, file_type, external, has_input, max_retries, priority, created_at, "
         "seq, updated_at, " +
         changing_columns() + ", result_bytes > 0, " + result + " FROM jobs WHERE " + std::string(key) + " = ?1";
}

std::optional<Seq> first_number(Rows rows) {
  if (!rows.next()) return std::nullopt;
  return rows.number();
}

Job read_job(Rows& rows) {
  Job job;
  job.created_seq = rows.number();
  job.id = rows.id();
  job.filename = rows.text();
  job.kind = rows.text();
  job.file_type = rows.text();
  job.external = rows.flag();
  job.has_input = rows.flag();
  job.max_retries = rows.small_number();
  job.priority = rows.small_number();
  job.created_at = rows.time();
  job.seq = rows.number();
  job.updated_at = rows.time();
  read_changing(rows, job);
  const bool has_result = rows.flag();
  job.result = rows.optional_text();
  job.result_left_out = has_result && !job.result;
  return job;
}

std::optional<Job> first_job(Rows rows) {
  if (!rows.next()) return std::nullopt;
  return read_job(rows);
}

}  // namespace

std::string changing_columns(std::string_view prefix) {
  constexpr std::string_view names[] = {"status",           "description",  "progress",      "total_chunks",
                                        "processed_chunks", "error",        "retry_count",   "attempt",
                                        "started_at",       "processed_at", "next_retry_at", "run_at"};
  std::string columns;
  for (const auto name : names) {
    if (!columns.empty()) columns += ", ";
    columns.append(prefix).append(name);
  }
  return columns;
}

void read_changing(Rows& rows, Job& job) {
  job.status = static_cast<JobStatus>(rows.number());
  job.status_description = rows.text();
  job.progress = rows.optional_small_number();
  job.total_chunks = rows.optional_number();
  job.processed_chunks = rows.optional_number();
  job.error_message = rows.optional_text();
  job.retry_count = rows.small_number();
  job.attempt = rows.number();
  job.started_at = rows.optional_time();
  job.processed_at = rows.optional_time();
  job.next_retry_at = rows.optional_time();
  job.run_at = rows.optional_time();
}

JobReader::JobReader(const Connection& connection)
    : key_by_id_(connection, "SELECT created_seq FROM jobs WHERE id = ?1"),
      key_by_filename_(connection,
                       "SELECT created_seq FROM jobs WHERE filename = ?1 ORDER BY created_seq DESC LIMIT 1"),
      inline_job_(connection, select_job(ResultMode::inline_only, "created_seq")),
      whole_job_(connection, select_job(ResultMode::whole, "created_seq")),
      job_by_id_(connection, select_job(ResultMode::inline_only, "id")) {}

std::optional<Seq> JobReader::key_of(const JobId& id) {
  return first_number(key_by_id_.query(id));
}

std::optional<Seq> JobReader::key_of(const std::string& filename) {
  return first_number(key_by_filename_.query(filename));
}

std::optional<Seq> JobReader::key_of(const JobRef& ref) {
  return std::visit([this](const auto& one) { return key_of(one); }, ref);
}

std::optional<Job> JobReader::load(Seq key, ResultMode mode) {
  auto& statement = mode == ResultMode::whole ? whole_job_ : inline_job_;
  return first_job(statement.query(key));
}

std::optional<Job> JobReader::load(const JobId& id) {
  return first_job(job_by_id_.query(id));
}

}  // namespace jobcast
