#pragma once

#include <boost/asio/steady_timer.hpp>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/io_threads.hpp"
#include "push/sse_frame.hpp"
#include "push/stream.hpp"

namespace jobcast::push {

enum class SnapshotKind : std::uint8_t { summary, dashboard };

/// Which snapshot a stream is sent: streams with the same share one, made once an interval.
struct SnapshotKey {
  SnapshotKind kind = SnapshotKind::summary;
  std::size_t limit = 0;
  std::optional<JobStatus> status;  ///< only jobs of this status are listed

  friend auto operator<=>(const SnapshotKey&, const SnapshotKey&) = default;
};

/// The streams of one snapshot: told at once when something changes, then at most once an interval. Makes nothing
/// while nobody watches. Lives on one io thread.
class SnapshotGroup {
 public:
  using MakeFrame = std::function<FramePtr()>;
  using Clock = std::chrono::steady_clock;

  /// @param make      frames the present snapshot
  /// @param interval  least time between two snapshots
  SnapshotGroup(boost::asio::io_context& context, Clock::duration interval, MakeFrame make);

  /// Adds the stream and queues the present snapshot, which is shared with others that open meanwhile.
  void add(Stream& stream);

  /// Swaps the last one into the place of the one that leaves.
  void remove(Stream& stream);

  [[nodiscard]] bool empty() const { return streams_.empty(); }

  /// Something changed.
  void touch();

 private:
  void send();
  void arm(Clock::time_point at);

  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, IoExecutor> timer_;
  Clock::duration interval_;
  MakeFrame make_;
  std::vector<Stream*> streams_;
  std::optional<Clock::time_point> last_sent_;
  FramePtr present_;  ///< the snapshot as of now; null where something changed since it was made
  bool armed_ = false;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  ///< gone with the group
};

}  // namespace jobcast::push
