#include "push/snapshot.hpp"

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

void begin(std::string& out, std::string_view event, std::string_view type, Seq head) {
  if (head > 0) {
    out += "id: ";
    append_number(out, head);
    out += '\n';
  }
  out += "event: ";
  out += event;
  out += "\ndata: {\"type\":\"";
  out += type;
  out += "\",";
}

void end(std::string& out, Timestamp now) {
  out += ",\"timestamp\":\"";
  append_text(out, now);
  out += "\"}\n\n";
}

void append_server(std::string& out, const StatusBoard& board, const ServerFacts& facts, Timestamp now) {
  out += ",\"server\":{\"connections\":{";
  for (std::size_t i = 0; i < stream_kind_count; ++i) {
    if (i > 0) out += ',';
    append_json_string(out, to_string(static_cast<StreamKind>(i)));
    out += ':';
    append_number(out, facts.streams[i]);
  }
  const auto activity = board.recent_activity(now);
  out += "},\"uptime_seconds\":";
  append_number(out, facts.uptime.count());
  out += ",\"jobs_finished_last_minute\":";
  append_number(out, activity.finished);
  out += ",\"queue_wait_ms\":";
  append_number(out, activity.wait_ms_mean);
  out += '}';
}

}  // namespace

void append_summary_and_jobs(std::string& out, const StatusBoard& board, std::size_t limit,
                             std::optional<JobStatus> status, QueueView* queue) {
  out += "\"summary\":";
  append_counts_json(out, board.counts());
  out += ",\"jobs\":[";
  bool first = true;
  for (const auto* entry : board.newest(limit, status)) {
    if (!first) out += ',';
    first = false;
    out += entry->json();
    if (queue != nullptr) tell_place(out, entry->job(), *queue);
  }
  out += ']';
}

std::string summary_payload(const StatusBoard& board, const SnapshotKey& key, Timestamp now) {
  std::string out;
  begin(out, "status", "status_summary", board.head());
  append_summary_and_jobs(out, board, key.limit, key.status);
  out += ",\"message\":\"Background processing status retrieved successfully\"";
  end(out, now);
  return out;
}

std::string dashboard_payload(const StatusBoard& board, const SnapshotKey& key, const ServerFacts& facts,
                              Timestamp now) {
  std::string out;
  begin(out, "status_update", "status_update", board.head());
  append_summary_and_jobs(out, board, key.limit, key.status);
  append_server(out, board, facts, now);
  end(out, now);
  return out;
}

}  // namespace jobcast::push
