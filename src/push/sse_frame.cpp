#include "push/sse_frame.hpp"

#include <charconv>

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

/// Builds one event: `begin` … data … `end`.
class EventText {
 public:
  explicit EventText(std::string& out) : out_(out) {}

  EventText& retry(std::chrono::milliseconds delay) {
    out_ += "retry: ";
    append_number(out_, delay.count());
    out_ += '\n';
    return *this;
  }

  /// `id: SEQ`, left out for 0, `event: NAME`, and the data line up to the object's type.
  EventText& begin(std::string_view name, std::string_view type, Seq id = 0) {
    if (id > 0) {
      out_ += "id: ";
      append_number(out_, id);
      out_ += '\n';
    }
    out_ += "event: ";
    out_ += name;
    out_ += "\ndata: {\"type\":\"";
    out_ += type;
    out_ += '"';
    return *this;
  }

  EventText& raw(std::string_view key, std::string_view json) {
    out_ += ",\"";
    out_ += key;
    out_ += "\":";
    out_ += json;
    return *this;
  }

  EventText& string(std::string_view key, std::string_view value) {
    raw(key, {});
    append_json_string(out_, value);
    return *this;
  }

  EventText& number(std::string_view key, std::int64_t value) {
    raw(key, {});
    append_number(out_, value);
    return *this;
  }

  EventText& number_or_null(std::string_view key, std::optional<std::int64_t> value) {
    raw(key, {});
    append_optional_number(out_, value);
    return *this;
  }

  EventText& counts(const JobCounts& counts) {
    raw("summary", {});
    append_counts_json(out_, counts);
    return *this;
  }

  /// The timestamp, the end of the object and of the event.
  void end(Timestamp at) {
    out_ += ",\"timestamp\":\"";
    append_text(out_, at);
    out_ += "\"}\n\n";
  }

 private:
  std::string& out_;
};

void append_finished(std::string& out, const Job& job, std::string_view json, Timestamp at) {
  EventText(out).begin("finished", "job_finished", job.seq).raw("job", json).end(at);
}

void append_status(std::string& out, const Job& job, std::string_view json, Timestamp at) {
  EventText(out)
      .begin("status", "job_status", job.seq)
      .raw("job", json)
      .string("message", job.status_description)
      .end(at);
  if (is_final(job.status)) append_finished(out, job, json, at);
}

}  // namespace

Frame::Frame(std::string_view payload) {
  char head[20];
  auto* end = std::to_chars(head, head + 16, payload.size(), 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  head_bytes_ = static_cast<std::size_t>(end - head);
  bytes_.reserve(head_bytes_ + payload.size() + 2);
  bytes_.append(head, head_bytes_);
  bytes_ += payload;
  bytes_ += "\r\n";
}

std::string event_payload(const JobEvent& event, std::string_view job_json) {
  if (event.type == EventType::deleted) {
    return deleted_payload(event.job.id, event.job.filename, event.job.seq, event.at);
  }
  std::string out;
  out.reserve(job_json.size() * (is_final(event.job.status) ? 2 : 1) + 320);
  append_status(out, event.job, job_json, event.at);
  return out;
}

std::string state_payload(const Job& job, QueueView* queue) {
  auto json = job_json(job);
  if (queue != nullptr) tell_place(json, job, *queue);
  std::string out;
  append_status(out, job, json, job.updated_at);
  return out;
}

std::string finished_payload(const Job& job) {
  std::string out;
  append_finished(out, job, job_json(job), job.updated_at);
  return out;
}

std::string deleted_payload(const JobId& id, std::string_view filename, Seq seq, Timestamp at) {
  std::string out;
  EventText(out).begin("deleted", "job_deleted", seq).string("id", id.to_string()).string("filename", filename).end(at);
  return out;
}

std::string delta_payload(const JobEvent& event, std::string_view job_json, const JobCounts& counts) {
  std::string out;
  if (event.type == EventType::deleted) {
    EventText(out)
        .begin("job", "job_deleted", event.job.seq)
        .string("id", event.job.id.to_string())
        .counts(counts)
        .end(event.at);
  } else {
    EventText(out).begin("job", "job_update", event.job.seq).raw("job", job_json).counts(counts).end(event.at);
  }
  return out;
}

std::string connection_payload(std::string_view client_id, const std::optional<std::string>& filename, Timestamp now,
                               std::chrono::milliseconds retry) {
  std::string out;
  EventText event(out);
  event.retry(retry).begin("connection", "connected").string("clientId", client_id);
  if (filename) event.string("filename", *filename);
  event.end(now);
  return out;
}

std::string not_found_payload(const std::optional<std::string>& filename, const std::optional<std::string>& id,
                              Timestamp now) {
  std::string out;
  EventText event(out);
  event.begin("error", "job_not_found")
      .string("error", filename ? "there is no job of that name yet" : "there is no job of that id");
  if (filename) event.string("filename", *filename);
  if (id) event.string("id", *id);
  event.end(now);
  return out;
}

std::string overloaded_payload(std::string_view reason, Timestamp now, std::chrono::milliseconds retry) {
  std::string out;
  EventText(out).retry(retry).begin("error", "overloaded").string("error", reason).end(now);
  return out;
}

std::string gap_payload(Seq last_event_id, Seq oldest, Timestamp now) {
  std::string out;
  EventText(out).begin("gap", "gap").number("last_event_id", last_event_id).number("oldest", oldest).end(now);
  return out;
}

std::string queue_payload(const JobId& id, const QueueState& queue, Timestamp now) {
  std::string out;
  EventText(out)
      .begin("queue", "queue")
      .string("id", id.to_string())
      .number_or_null("queue_position", queue.position)
      .number_or_null("eta_seconds", queue.eta_seconds)
      .raw("stalled", queue.stalled ? "true" : "false")
      .end(now);
  return out;
}

std::string heartbeat_payload(Timestamp now) {
  std::string out = "event: heartbeat\ndata: {\"ts\":";
  append_number(out, now.time_since_epoch().count());
  out += "}\n\n";
  return out;
}

std::string close_payload(Timestamp now, std::chrono::milliseconds retry) {
  std::string out;
  EventText(out).retry(retry).begin("close", "server_shutdown").end(now);
  return out;
}

}  // namespace jobcast::push
