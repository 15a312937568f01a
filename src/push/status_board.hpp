#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <list>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/tagged_text.hpp"
#include "push/framed_event.hpp"
#include "push/queue_view.hpp"
#include "push/start_state.hpp"

namespace jobcast::push {

/// From when a job that never ran could have run: it was created, or told to wait until then.
Timestamp ready_since(const Job& job);

/// What the dashboard tells of the last minute.
struct RecentActivity {
  std::int64_t finished = 0;      ///< jobs that ended
  std::int64_t started = 0;       ///< attempts that began
  std::int64_t wait_ms_mean = 0;  ///< of first attempts, from being allowed to run to running; 0 where none began
};

/// The newest state of recent jobs, in memory, as of the events applied so far. One a shard, touched by its
/// thread alone; the jobs themselves are shared between the shards' boards.
///
/// Holds at most limits::board_jobs jobs, the newest (by creation) of those that were there at the start or were made
/// since. A job that is not here may exist in the database, unless holds_all().
class StatusBoard {
 public:
  class Entry {
   public:
    explicit Entry(FramedEventPtr newest) : newest_(std::move(newest)) {}

    [[nodiscard]] const Job& job() const { return newest_->event->job; }

    /// append_job_json of it.
    [[nodiscard]] std::string_view json() const { return newest_->job_json; }

    /// The JSON answer to a status request for this job while it stands so in the queue (a final one stands nowhere);
    /// made at the first request after a change of either.
    [[nodiscard]] const std::shared_ptr<const TaggedText>& status_answer(const QueueState& place = {}) const;

   private:
    friend class StatusBoard;

    FramedEventPtr newest_;
    mutable std::shared_ptr<const TaggedText> status_answer_;
    mutable QueueState answered_place_;
  };

  /// What follows the job in the JSON answer to a status request for one.
  static constexpr std::string_view answer_end = ",\"message\":\"Job status retrieved successfully\"}";

  explicit StatusBoard(const StartState& start);

  void apply(const FramedEventPtr& framed);

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

  using Entries = std::list<Entry>;

  /// The hash of a filename, and the created_seq: the newest of a name stands last of its hash.
  using NameKey = std::pair<std::size_t, Seq>;

  void put(const FramedEventPtr& framed);
  void insert_newest(const FramedEventPtr& framed);
  void erase(const JobId& id);
  void record(const JobEvent& event);
  [[nodiscard]] const Entry* newest_named_until(std::string_view filename, Seq seq) const;

  Entries entries_;  ///< newest first, by created_seq
  boost::unordered_flat_map<JobId, Entries::iterator, std::hash<JobId>> by_id_;
  std::map<NameKey, const Entry*> by_name_;
  Seq newest_created_seq_ = 0;  ///< of all that were ever here
  JobCounts counts_;
  Seq head_ = 0;
  std::array<Second, 64> seconds_{};
};

}  // namespace jobcast::push
