#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "jobcast/event.hpp"

namespace jobcast {

/// 2026-11-23T20:43:00.123Z, the moment of all jobs and events made here.
inline constexpr Timestamp made_at{std::chrono::milliseconds(1'795'466'580'123)};

/// An id that differs for each number and sorts as they do.
inline JobId make_id(std::uint64_t number) {
  JobId::Bytes bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return JobId(bytes);
}

/// A job created by event number `created_seq`, and not changed since.
inline Job make_job(Seq created_seq, std::string filename, JobStatus status = JobStatus::pending) {
  Job job;
  job.id = make_id(static_cast<std::uint64_t>(created_seq));
  job.filename = std::move(filename);
  job.file_type = "text/plain";
  job.kind = "document";
  job.status = status;
  job.status_description = "Waiting in queue";
  job.max_retries = 3;
  job.created_at = made_at;
  job.updated_at = made_at;
  if (is_final(status)) job.processed_at = made_at;
  job.created_seq = created_seq;
  job.seq = created_seq;
  return job;
}

/// The same job as of a later event.
inline Job at_seq(Job job, Seq seq, JobStatus status) {
  job.seq = seq;
  job.status = status;
  if (status == JobStatus::processing) job.attempt = std::max<std::int64_t>(job.attempt, 1);
  return job;
}

/// An event whose number is job.seq.
inline EventPtr make_event(EventType type, Job job, std::optional<JobStatus> previous = std::nullopt) {
  auto event = std::make_shared<JobEvent>();
  event->type = type;
  event->at = made_at;
  event->job = std::move(job);
  event->previous_status = previous;
  return event;
}

}  // namespace jobcast
