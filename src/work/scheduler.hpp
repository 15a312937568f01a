#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>

#include "jobcast/event.hpp"

namespace jobcast {

/// Which pending job starts next: the highest priority first, then the oldest, each not before its time. Jobs that
/// are not pending, or that somebody outside runs, are not its business. No clock, no threads: the owner locks.
class Scheduler {
 public:
  /// Learns the state of a job: a pending one joins or moves, any other leaves.
  void put(const Job& job);

  /// The same for an entry of the log. Of entries that come out of order the one with the higher seq counts.
  void apply(const JobEvent& event);

  /// The job to start now, which then counts as taken until put(), give_back() or drop().
  std::optional<JobId> take(Timestamp now);

  /// The taken job could not be started after all: it waits again where it stood.
  void give_back(const JobId& id);

  /// The taken job is gone or in another state. Nothing happens where put() has brought it back meanwhile.
  void drop(const JobId& id);

  /// When a job that waits for its time may start; the past for one that may start already. Nothing where no job
  /// waits.
  [[nodiscard]] std::optional<Timestamp> next_start() const;

  [[nodiscard]] std::size_t ready() const { return ready_.size(); }      ///< jobs that may start at once
  [[nodiscard]] std::size_t delayed() const { return delayed_.size(); }  ///< jobs that wait for their time

 private:
  struct Turn {
    int priority = 0;
    Seq created_seq = 0;
    JobId id;

    friend bool operator<(const Turn& a, const Turn& b) {
      if (a.priority != b.priority) return a.priority > b.priority;
      if (a.created_seq != b.created_seq) return a.created_seq < b.created_seq;
      return a.id < b.id;
    }
  };

  struct Delay {
    Timestamp until;
    Turn turn;

    friend bool operator<(const Delay& a, const Delay& b) {
      return a.until != b.until ? a.until < b.until : a.turn < b.turn;
    }
  };

  enum class Place : std::uint8_t { ready, delayed, taken };

  struct Entry {
    Delay delay;
    Seq seq = 0;  ///< of the event that told it
    Place place = Place::delayed;
  };

  void take_out(const Entry& entry);
  void remove(const JobId& id);
  void release_due(Timestamp now);

  std::unordered_map<JobId, Entry> entries_;
  std::set<Turn> ready_;
  std::set<Delay> delayed_;
};

}  // namespace jobcast
