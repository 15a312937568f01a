#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/clock.hpp"
#include "jobcast/job_id.hpp"

namespace jobcast {

/// A number in the server's one event log. Positive, rising, below 2^53; 0 stands for "none".
using Seq = std::int64_t;

enum class JobStatus : std::uint8_t { pending, processing, completed, failed, cancelled };

inline constexpr std::size_t job_status_count = 5;

constexpr std::string_view to_string(JobStatus status) {
  constexpr std::string_view names[] = {"pending", "processing", "completed", "failed", "cancelled"};
  return names[static_cast<std::size_t>(status)];
}

constexpr std::optional<JobStatus> parse_job_status(std::string_view text) {
  for (std::size_t i = 0; i < job_status_count; ++i) {
    if (text == to_string(static_cast<JobStatus>(i))) return static_cast<JobStatus>(i);
  }
  return std::nullopt;
}

/// completed, failed, cancelled: nothing more happens by itself.
constexpr bool is_final(JobStatus status) {
  return status != JobStatus::pending && status != JobStatus::processing;
}

/// One job as of the event numbered `seq`. All text is valid UTF-8.
struct Job {
  JobId id;
  std::string filename;
  std::string file_type;  ///< media type without parameters; empty where the job has no file
  std::string kind;       ///< which handler runs it
  JobStatus status = JobStatus::pending;
  std::string status_description;

  std::optional<int> progress;  ///< percent, 0 to 100
  std::optional<std::int64_t> total_chunks;
  std::optional<std::int64_t> processed_chunks;
  std::optional<std::string> error_message;  ///< of the last failed attempt

  int retry_count = 0;  ///< retries used since the last manual retry
  int max_retries = 0;
  int priority = 0;  ///< -100 to 100, higher first

  Timestamp created_at;
  std::optional<Timestamp> started_at;  ///< of the newest attempt
  Timestamp updated_at;
  std::optional<Timestamp> processed_at;   ///< when it ended; set exactly in the final states
  std::optional<Timestamp> next_retry_at;  ///< while pending after a failed attempt
  std::optional<Timestamp> run_at;         ///< not before; as asked for at creation

  std::optional<std::string> result;  ///< a JSON object as text
  /// The result is larger than limits::inline_result_bytes and left out of this copy.
  bool result_left_out = false;

  Seq created_seq = 0;       ///< of the creating event; orders jobs, newest is highest
  Seq seq = 0;               ///< of the job's last event
  std::int64_t attempt = 0;  ///< generation: counts starts; reports of an older one are refused
  bool external = false;     ///< run by somebody outside, through PATCH
  bool has_input = false;    ///< came with a file, kept under the job's id
};

/// How many jobs stand in each state, over all jobs.
struct JobCounts {
  std::int64_t by_status[job_status_count] = {};

  [[nodiscard]] std::int64_t operator[](JobStatus status) const { return by_status[static_cast<std::size_t>(status)]; }
  std::int64_t& operator[](JobStatus status) { return by_status[static_cast<std::size_t>(status)]; }
  [[nodiscard]] std::int64_t total() const {
    std::int64_t sum = 0;
    for (const auto count : by_status) sum += count;
    return sum;
  }
  friend bool operator==(const JobCounts&, const JobCounts&) = default;
};

}  // namespace jobcast
