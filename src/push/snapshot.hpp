#pragma once

#include <array>
#include <string>

#include "push/queue_view.hpp"
#include "push/snapshot_group.hpp"
#include "push/status_board.hpp"

namespace jobcast::push {

/// What the dashboard is told of the server itself.
struct ServerFacts {
  std::array<std::int64_t, stream_kind_count> streams{};
  std::chrono::seconds uptime{};
};

/// `status_summary`: the counts and the newest jobs.
std::string summary_payload(const StatusBoard& board, const SnapshotKey& key, Timestamp now);

/// `status_update`: the same for the dashboard, with the server's own state.
std::string dashboard_payload(const StatusBoard& board, const SnapshotKey& key, const ServerFacts& facts,
                              Timestamp now);

/// {"summary":…,"jobs":[…]} without the braces: what both snapshots and the JSON list share.
/// @param queue  where given, waiting and running jobs tell their place in it
void append_summary_and_jobs(std::string& out, const StatusBoard& board, std::size_t limit,
                             std::optional<JobStatus> status, QueueView* queue = nullptr);

}  // namespace jobcast::push
