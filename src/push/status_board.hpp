#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "jobcast/job_store.hpp"

#include "push/framed_event.hpp"
#include "push/queue_view.hpp"

namespace jobcast::push {

/// What the dashboard tells of the last minute.
struct RecentActivity {
  std::int64_t finished = 0;      ///< jobs that ended
  std::int64_t started = 0;       ///< attempts that began
  std::int64_t wait_ms_mean = 0;  ///< of first attempts, from being allowed to run to running; 0 where none began
};

/// The newest state of recent jobs, in memory, as of the events applied so far. One a shard, touched by its
/// thread alone; jobs and texts are shared between the shards' boards.
///
/// Holds the limits::board_jobs newest jobs (by creation). A job that is not here may exist in the database,
/// unless holds_all().
class StatusBoard {
 public:
  struct Entry {
    std::shared_ptr<const Job> job;
    std::shared_ptr<const std::string> json;  ///< append_job_json of it

    /// The JSON answer to a status request for this job while it stands so in the queue (a final one stands nowhere);
    /// made at the first request after a change of either.
    [[nodiscard]] const std::string& status_answer(const QueueState& place = {}) const;

   private:
    mutable std::string status_answer_;
    mutable QueueState answered_place_;
  };

  /// What follows the job in the JSON answer to a status request for one.
  static constexpr std::string_view answer_end = ",\"message\":\"Job status retrieved successfully\"}";

  explicit StatusBoard(const StoreSnapshot& snapshot);

  void apply(const FramedEvent& event);

  /// Null where the job is not among the recent ones. Valid until the next apply().
  [[nodiscard]] const Entry* find(const JobId& id) const;
  [[nodiscard]] const Entry* newest_named(std::string_view filename) const;
  [[nodiscard]] const Entry* find(const JobRef& ref) const;

  /// created_seq of the newest recent job of that name created at or before `seq`; 0 where there is none.
  [[nodiscard]] Seq newest_named_at(std::string_view filename, Seq seq) const;

  /// Up to `limit` of the newest jobs (of one status), newest first. Valid until the next apply().
  [[nodiscard]] std::vector<const Entry*> newest(std::size_t limit, std::optional<JobStatus> status) const;

  [[nodiscard]] const JobCounts& counts() const { return counts_; }
  [[nodiscard]] Seq head() const { return head_; }
  [[nodiscard]] bool holds_all() const { return static_cast<std::int64_t>(entries_.size()) == counts_.total(); }

  /// The minute before `now`.
  [[nodiscard]] RecentActivity recent_activity(Timestamp now) const;

 private:
  struct Second {
    std::int64_t at = 0;  ///< seconds since the epoch
    std::int64_t finished = 0;
    std::int64_t started = 0;
    std::int64_t waited = 0;  ///< first attempts, whose waits add up to wait_ms
    std::int64_t wait_ms = 0;
  };

  void put(std::shared_ptr<const Job> job, std::shared_ptr<const std::string> json);
  void erase(Seq created_seq);
  void record(const JobEvent& event);

  std::map<Seq, Entry, std::greater<>> entries_;  ///< by created_seq, newest first
  std::unordered_map<JobId, Seq> by_id_;
  std::set<std::pair<std::string, Seq>, std::less<>> by_name_;
  JobCounts counts_;
  Seq head_ = 0;
  std::array<Second, 64> seconds_{};
};

}  // namespace jobcast::push
