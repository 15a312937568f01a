#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "jobcast/event.hpp"

namespace jobcast {

/// Which pending job starts next: the highest priority first, then the oldest, each not before its time, none of a
/// kind that can't start now. Jobs that are not pending are not its business. No clock, no threads: the owner locks.
class Scheduler {
 public:
  /// Whose jobs it looks after.
  enum class Side : std::uint8_t { server, outside };

  /// Whether jobs of a kind may start now.
  using Admits = std::function<bool(std::string_view kind)>;

  explicit Scheduler(Side side) : side_(side) {}

  /// Learns the state of a job: a pending one joins or moves, any other leaves.
  void put(const Job& job);

  /// The same for an entry of the log. Of entries that come out of order the one with the higher seq counts.
  void apply(const JobEvent& event);

  struct Taken {
    JobId id;
    std::string kind;
  };

  /// The job to start now, which then counts as taken until put(), give_back() or drop().
  std::optional<Taken> take(Timestamp now, const Admits& admits);

  /// The taken job could not be started after all: it waits again where it stood.
  void give_back(const JobId& id);

  /// The taken job is gone or in another state. Nothing happens where put() has brought it back meanwhile.
  void drop(const JobId& id);

  /// When the next job that waits for its time may start. Nothing where none does.
  [[nodiscard]] std::optional<Timestamp> next_due() const;

  /// The wall clock was set by so much: what waits after a failure waits as long as it would have.
  void clock_was_set(std::chrono::milliseconds by);

  [[nodiscard]] std::size_t ready() const { return ready_count_; }       ///< jobs whose time has come
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
    std::string kind;
    Seq seq = 0;  ///< of the event that told it
    Place place = Place::delayed;
    bool backs_off = false;  ///< the delay is that after a failure
  };

  void make_ready(Entry& entry);
  void take_out(const Entry& entry);
  void remove(const JobId& id);
  void release_due(Timestamp now);

  Side side_;
  std::unordered_map<JobId, Entry> entries_;
  std::map<std::string, std::set<Turn>, std::less<>> ready_;  ///< by kind; no set is empty
  std::size_t ready_count_ = 0;
  std::set<Delay> delayed_;
};

}  // namespace jobcast
