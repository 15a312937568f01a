#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "push/lanes.hpp"
#include "push/queue_board.hpp"

namespace jobcast::push {

/// How a job stands in the queue.
struct QueueState {
  std::optional<std::int64_t> position;     ///< 1: no other starts before it; nothing while it runs or is delayed
  std::optional<std::int64_t> eta_seconds;  ///< until it is expected to end, rounded up; nothing where that is unknown
  bool stalled = false;                     ///< it runs, and its progress has stood still for far too long

  friend bool operator==(const QueueState&, const QueueState&) = default;
};

/// How many jobs of a kind wait and run.
struct KindState {
  std::int64_t waiting = 0;
  std::int64_t running = 0;
  std::optional<double> mean_seconds;  ///< of the last attempts that completed
};

/// What a queue board tells at one moment. Cheap to make; what is asked several times is worked out once. Valid until
/// the board's next change.
class QueueView {
 public:
  /// The jobs whose time had come by `now` were released.
  QueueView(const QueueBoard& board, QueueMoment now) : board_(board), now_(now) {}

  [[nodiscard]] const QueueBoard& board() const { return board_; }
  [[nodiscard]] QueueMoment now() const { return now_; }

  [[nodiscard]] QueueState state(const QueueBoard::Entry& entry);

  /// For a job that may be none of the board's: then nothing is known of it.
  [[nodiscard]] QueueState state(Seq created_seq);

  /// Of the workers, how many run jobs.
  [[nodiscard]] std::int64_t busy_workers() const;

  [[nodiscard]] static KindState kind_state(const QueueBoard::Kind& kind);

 private:
  std::optional<std::int64_t> position(const QueueBoard::Entry& entry) const;
  std::optional<std::int64_t> eta(const QueueBoard::Entry& entry);
  bool is_stalled(const QueueBoard::Entry& entry) const;

  double wait_for_worker(const QueueBoard::Entry& entry, double mean_seconds);
  double wait_within_kind(const QueueBoard::Entry& entry, double mean_seconds);
  const Lanes& workers();
  const Lanes& lanes_of(const QueueBoard::Kind& kind);
  [[nodiscard]] double left_of(const QueueBoard::Kind& kind, std::size_t index) const;

  const QueueBoard& board_;
  QueueMoment now_;
  std::optional<Lanes> workers_;
  std::map<const QueueBoard::Kind*, Lanes> kind_lanes_;
};

}  // namespace jobcast::push
