#include "store/sqlite/job_queries.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "jobcast/limits.hpp"

namespace jobcast {
namespace {

Error not_found(const JobRef& ref) {
  if (const auto* id = std::get_if<JobId>(&ref)) {
    return {errc::job_not_found, "There is no job with the id " + id->to_string() + "."};
  }
  return {errc::job_not_found, "There is no job of the file " + std::get<std::string>(ref) + "."};
}

/// Reads kind and filename.
bool matches(Rows& rows, const ListQuery& query) {
  const auto kind = rows.text();
  if (query.kind && kind != *query.kind) return false;
  return !query.filename_part || rows.text().find(*query.filename_part) != std::string_view::npos;
}

std::vector<Seq> take_keys(Rows rows) {
  std::vector<Seq> keys;
  while (rows.next()) keys.push_back(rows.number());
  return keys;
}

}  // namespace

JobQueries::JobQueries(const Connection& connection)
    : jobs_(connection),
      scan_(connection,
            "SELECT created_seq, kind, filename FROM jobs WHERE created_seq < ?1 ORDER BY created_seq DESC"),
      scan_status_(connection,
                   "SELECT created_seq, kind, filename FROM jobs WHERE created_seq < ?1 AND status = ?2 ORDER BY "
                   "created_seq DESC"),
      text_bytes_(connection, "SELECT coalesce(sum(bytes), 0) FROM chunks WHERE job = ?1"),
      chunks_(connection, "SELECT number, text FROM chunks WHERE job = ?1 AND number >= ?2 ORDER BY number"),
      counts_(connection, "SELECT status, count(*) FROM jobs GROUP BY status"),
      newest_(connection, "SELECT created_seq FROM jobs ORDER BY created_seq DESC LIMIT ?1"),
      active_(connection, "SELECT created_seq FROM jobs WHERE status IN (0, 1) ORDER BY created_seq"),
      paused_(connection, "SELECT kind FROM paused_kinds"),
      payload_(connection, "SELECT text FROM payloads WHERE job = ?1"),
      head_(connection, "SELECT last FROM seq_ranges WHERE last >= first ORDER BY first DESC LIMIT 1") {}

result<Job> JobQueries::find(const JobRef& ref) {
  if (const auto key = jobs_.key_of(ref)) {
    if (auto job = jobs_.load(*key, ResultMode::whole)) return *std::move(job);
  }
  return not_found(ref);
}

bool JobQueries::list(ListQuery& query, std::size_t max_rows, JobPage& page) {
  const Seq before = query.before == 0 ? std::numeric_limits<Seq>::max() : query.before;
  auto rows = query.status ? scan_status_.query(before, *query.status) : scan_.query(before);
  for (std::size_t looked_at = 0; rows.next(); ++looked_at) {
    if (looked_at == max_rows) return false;
    query.before = rows.number();
    if (!matches(rows, query)) continue;
    if (page.jobs.size() == query.limit) {
      page.next_before = page.jobs.empty() ? 0 : page.jobs.back().created_seq;
      return true;
    }
    if (auto job = jobs_.load(query.before)) page.jobs.push_back(*std::move(job));
  }
  return true;
}

result<std::optional<std::string>> JobQueries::read_payload(const JobId& id) {
  const auto key = jobs_.key_of(id);
  if (!key) return not_found(id);
  auto rows = payload_.query(*key);
  std::optional<std::string> payload;
  if (rows.next()) payload = rows.optional_text();
  return payload;
}

result<TextPart> JobQueries::read_text(const JobId& id, std::int64_t first_chunk, std::size_t max_bytes) {
  const auto key = jobs_.key_of(id);
  const auto job = key ? jobs_.load(*key) : std::nullopt;
  if (!job) return not_found(id);
  if (job->status != JobStatus::completed) {
    return Error{errc::result_not_ready,
                 "The job is " + std::string(to_string(job->status)) + ": it has no result unless it completes."};
  }
  TextPart part;
  {
    auto sum = text_bytes_.query(*key);
    if (sum.next()) part.total_bytes = sum.number();
  }
  auto rows = chunks_.query(*key, first_chunk);
  while (rows.next()) {
    const auto number = rows.number();
    const auto text = rows.text();
    if (!part.text.empty() && part.text.size() + text.size() > max_bytes) {
      part.next_chunk = number;
      break;
    }
    part.text += text;
  }
  return part;
}

StoreSnapshot JobQueries::snapshot() {
  StoreSnapshot snapshot;
  {
    auto rows = counts_.query();
    while (rows.next()) {
      const auto status = static_cast<JobStatus>(rows.number());
      snapshot.counts[status] = rows.number();
    }
  }
  for (const auto key : take_keys(newest_.query(static_cast<std::int64_t>(limits::board_jobs)))) {
    if (auto job = jobs_.load(key)) snapshot.newest.push_back(*std::move(job));
  }
  for (const auto key : take_keys(active_.query())) {
    if (auto job = jobs_.load(key)) snapshot.active.push_back(*std::move(job));
  }
  {
    auto rows = paused_.query();
    while (rows.next()) snapshot.paused.emplace_back(rows.text());
  }
  auto head = head_.query();
  if (head.next()) snapshot.head = head.number();
  return snapshot;
}

}  // namespace jobcast
