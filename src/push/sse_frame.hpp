#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/event.hpp"

#include "push/queue_view.hpp"

namespace jobcast::push {

/// One or more SSE events that are written together, made once and shared by every stream that sends them.
/// Kept with HTTP/1.1 chunk framing around; a close-delimited stream sends the part between.
class Frame {
 public:
  explicit Frame(std::string_view payload);

  /// size CRLF payload CRLF (RFC 9112, section 7.1).
  [[nodiscard]] std::string_view chunk() const { return bytes_; }
  [[nodiscard]] std::string_view payload() const {
    return std::string_view(bytes_).substr(head_bytes_, bytes_.size() - head_bytes_ - 2);
  }
  [[nodiscard]] std::string_view wire(bool chunked) const { return chunked ? chunk() : payload(); }

 private:
  std::string bytes_;
  std::size_t head_bytes_ = 0;
};

using FramePtr = std::shared_ptr<const Frame>;

inline FramePtr make_frame(std::string_view payload) {
  return std::make_shared<const Frame>(payload);
}

/// The chunk that ends a chunked body.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

// Payloads of the events of the contract, section 3. Each ends with the empty line.

/// For streams of chosen jobs: `status`, followed by `finished` where the event ended the job; `deleted` for a
/// deletion. `job_json` is append_job_json of event.job.
std::string event_payload(const JobEvent& event, std::string_view job_json);

/// `status` (and `finished`) for the present state of a job.
/// @param queue  knows the job's place; null: nobody does
std::string state_payload(const Job& job, QueueView* queue = nullptr);

/// `finished` alone.
std::string finished_payload(const Job& job);

/// `deleted` for a job of which only this is known.
std::string deleted_payload(const JobId& id, std::string_view filename, Seq seq, Timestamp at);

/// `job` of the dashboard's delta stream; `counts` as of the event.
std::string delta_payload(const JobEvent& event, std::string_view job_json, const JobCounts& counts);

/// `retry` and `connection`, which open every stream.
std::string connection_payload(std::string_view client_id, const std::optional<std::string>& filename, Timestamp now,
                               std::chrono::milliseconds retry);

/// `error` of type job_not_found. At least one of filename and id is given.
std::string not_found_payload(const std::optional<std::string>& filename, const std::optional<std::string>& id,
                              Timestamp now);

/// `retry` and `error` of type overloaded, the whole of a stream that can't be served now.
std::string overloaded_payload(std::string_view reason, Timestamp now, std::chrono::milliseconds retry);

std::string gap_payload(Seq last_event_id, Seq oldest, Timestamp now);
std::string queue_payload(const JobId& id, const QueueState& queue, Timestamp now);
std::string heartbeat_payload(Timestamp now);

/// `retry` and `close`, the last event of a stream on a graceful stop.
std::string close_payload(Timestamp now, std::chrono::milliseconds retry);

}  // namespace jobcast::push
