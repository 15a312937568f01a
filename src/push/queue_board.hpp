#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "jobcast/job_store.hpp"
#include "jobcast/paused_kinds.hpp"

#include "push/kind_history.hpp"
#include "push/ranked_set.hpp"

namespace jobcast::push {

/// How many jobs of a configured kind may run at once, and who runs them.
struct KindLanes {
  bool external = false;
  unsigned concurrency = 0;  ///< 0: no limit of its own
};

/// What the queue is made for.
struct QueueSetup {
  unsigned workers = 1;  ///< that run the jobs of all kinds but the external ones; at least 1
  std::map<std::string, KindLanes, std::less<>> kinds;
};

/// One moment by both clocks: waiting times are told by the wall, running times are measured.
struct QueueMoment {
  Timestamp wall;
  std::chrono::steady_clock::time_point steady;
};

/// Every job that waits or runs, in the order in which they start, as of the events applied so far, with what is
/// known of how long such jobs take. One a shard, touched by its thread alone. QueueView draws the conclusions.
class QueueBoard {
 public:
  using Span = KindHistory::Span;

  /// Of two ready jobs that with the lesser turn starts first.
  struct Turn {
    int priority = 0;
    Seq created_seq = 0;

    friend bool operator<(const Turn& a, const Turn& b) {
      return a.priority != b.priority ? a.priority > b.priority : a.created_seq < b.created_seq;
    }
  };

  /// An attempt that runs.
  struct Run {
    std::chrono::steady_clock::time_point started;
    std::chrono::steady_clock::time_point changed;  ///< its progress, last; or its start
    Span longest_gap{};                             ///< between two changes so far
    std::int64_t attempt = 0;
    std::optional<int> percent;
    std::optional<std::int64_t> total_chunks;
    std::optional<std::int64_t> processed_chunks;
    bool seen_whole = true;  ///< it began after this board was made
  };

  using RunningKey = std::pair<std::chrono::steady_clock::time_point, Seq>;  ///< start and created_seq

  /// The jobs of one kind. Jobs that the server runs and jobs of the same kind that are run outside (it was
  /// configured otherwise once) are two of these.
  struct Kind {
    std::string name;
    KindLanes lanes;
    bool configured = false;
    bool paused = false;
    RankedSet<Turn> ready;          ///< may start at once
    std::size_t delayed = 0;        ///< wait for their time
    RankedSet<RunningKey> running;  ///< the longest running first
    KindHistory history;

    [[nodiscard]] bool is_idle() const { return ready.empty() && running.empty() && delayed == 0; }

    /// Its ready jobs start when their turn comes.
    [[nodiscard]] bool can_start() const { return !paused && (configured || lanes.external); }
  };

  enum class Place : std::uint8_t { ready, delayed, running };

  /// A job that waits or runs.
  struct Entry {
    JobId id;
    Kind* kind = nullptr;
    Turn turn;
    Seq moved_seq = 0;         ///< of the event that put it there
    Timestamp until;           ///< delayed: when it may start
    std::unique_ptr<Run> run;  ///< while it runs
    Place place = Place::ready;
  };

  using Kinds = std::map<std::string, Kind, std::less<>>;

  QueueBoard(const QueueSetup& setup, const StoreSnapshot& snapshot, QueueMoment now);

  void apply(const JobEvent& event, QueueMoment now);
  void set_paused(std::string_view kind, bool paused);

  /// Lets the delayed jobs whose time has come join the ready ones.
  void release(Timestamp now);

  /// Null where the job neither waits nor runs. Valid until the next change.
  [[nodiscard]] const Entry* find(Seq created_seq) const;

  /// The kinds that the server runs, or those that are run outside; configured ones, and others that have jobs.
  [[nodiscard]] const Kinds& kinds(bool external) const { return kinds_[external ? 1 : 0]; }

  [[nodiscard]] bool is_paused(std::string_view kind) const { return paused_.contains(kind); }
  [[nodiscard]] unsigned workers() const { return workers_; }

 private:
  Kind& kind_of(const Job& job);
  void forget_if_idle(const Kind& kind);
  void remember(const StoreSnapshot& snapshot);
  void put_active(const Job& job, QueueMoment now);
  void resume_run(const Job& job, QueueMoment now);
  void place(const Job& job, QueueMoment now);
  void take_out(Entry& entry);
  void end(Seq created_seq, bool completed, QueueMoment now);

  unsigned workers_;
  std::array<Kinds, 2> kinds_;  ///< run by the server; external
  PausedKinds paused_;
  boost::unordered_flat_map<Seq, Entry> entries_;  ///< by created_seq
  std::set<std::pair<Timestamp, Seq>> delayed_;
};

}  // namespace jobcast::push
