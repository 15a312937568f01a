#pragma once

#include <array>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/event_log.hpp"

#include "base/io_threads.hpp"
#include "push/chosen_stream.hpp"
#include "push/opening.hpp"
#include "push/queue_board.hpp"
#include "push/queue_view.hpp"
#include "push/recent_events.hpp"
#include "push/snapshot_group.hpp"
#include "push/status_board.hpp"

namespace jobcast::push {

/// Open streams over all shards, for metrics and the dashboard. Counting is relaxed: nothing hangs on the order.
struct StreamCounters {
  std::array<std::atomic<std::int64_t>, stream_kind_count> open{};
  std::atomic<std::int64_t> open_delta{0};  ///< of the admin streams, those with updates=delta
  std::atomic<std::int64_t> dropped{0};     ///< closed because the client was too slow
};

struct ShardOptions {
  std::size_t max_queue_bytes = 256 * 1024;
  std::chrono::steady_clock::duration stall{};  ///< a socket that takes nothing for so long is dropped
};

/// How a stream greets its client.
struct Greeting {
  std::string head;       ///< status line and headers of the answer
  std::string client_id;  ///< as given, or made
  std::optional<std::string> filename;
  bool chunked = true;           ///< HTTP/1.1
  std::shared_ptr<void> permit;  ///< released when the stream is over
};

/// The streams of one io thread, with the state that they show. Every member function but publish() runs on that
/// thread; there are no locks. Destroy it when its io_context has stopped.
class Shard final : private StreamHost {
 public:
  Shard(boost::asio::io_context& context, EventLog& log, const Clock& clock, const StoreSnapshot& snapshot,
        StreamCounters& counters, const QueueSetup& queue, ShardOptions options);
  ~Shard() override;

  /// Begins the timers. Before any stream opens.
  void start();

  /// Hands over the events of a commit. From any thread; in the order of commits.
  void publish(std::shared_ptr<const FramedBatch> batch);

  /// Tells that a kind was paused or resumed. From any thread; in order with publish().
  void set_paused(std::string kind, bool paused);

  [[nodiscard]] const StatusBoard& board() const { return board_; }

  /// The queue as it is now. Valid until control goes back to the io thread's loop.
  [[nodiscard]] QueueView queue();

  /// Tells the watchers of waiting and running jobs what is new of the queue. Done by itself once a second.
  void tell_queue();

  /// Finds out how a stream of chosen jobs begins: from memory where that suffices (then `done` is called before
  /// this returns), else from the log. `refs` are distinct and not empty.
  void plan(std::vector<JobRef> refs, std::optional<Seq> after, std::function<void(result<OpeningPlan>)> done);

  /// Takes the socket over, after the request was read and before anything was answered.
  void open_chosen(TcpSocket socket, StreamKind kind, const Greeting& greeting, OpeningPlan plan);
  void open_snapshots(TcpSocket socket, StreamKind kind, const Greeting& greeting, const SnapshotKey& key);

  /// The dashboard's delta stream: one snapshot, then every event.
  void open_delta(TcpSocket socket, const Greeting& greeting, const SnapshotKey& key);

  /// Tells every stream that the server stops, and ends it.
  void drain();

  /// How many streams still have something to send. From any thread.
  [[nodiscard]] std::size_t unfinished_count() const {
    return open_count() - lingering_.load(std::memory_order_relaxed);
  }

  /// How many streams are open. From any thread.
  [[nodiscard]] std::size_t open_count() const { return open_.load(std::memory_order_relaxed); }

 private:
  struct Membership {
    std::shared_ptr<Stream> stream;
    std::shared_ptr<void> permit;
    ChosenStream* chosen = nullptr;
    std::optional<SnapshotKey> group;
    bool delta = false;
    bool in_blocked = false;  ///< stands in blocked_
  };

  // StreamHost
  StreamHost& host() { return *this; }
  std::size_t max_queue_bytes() const override { return options_.max_queue_bytes; }
  std::chrono::steady_clock::time_point steady_now() const override { return clock_.steady_now(); }
  void on_blocked(const std::shared_ptr<Stream>& stream) override;
  void on_dropped() override { counters_.dropped.fetch_add(1, std::memory_order_relaxed); }
  void on_lingering() override { lingering_.fetch_add(1, std::memory_order_relaxed); }
  void on_drained(Stream& stream) override;
  void on_closed(Stream& stream) override;

  struct Pause {
    std::string kind;
    bool paused = false;
  };

  /// What the other threads tell, in order.
  using News = std::variant<std::shared_ptr<const FramedBatch>, Pause>;

  void tell(News news);
  void take_inbox();
  void apply(const FramedBatch& batch);
  void collect(const FramedEventPtr& framed);
  void send_fresh();
  void send(ChosenStream& stream, std::span<const FramedEventPtr* const> events);
  void send_mixed();
  void flush_touched();
  void catch_up(ChosenStream& stream);
  bool take_recent(ChosenStream& stream);
  void read_window(ChosenStream& stream);
  void take_window(ChosenStream& stream, const result<ReplayWindow>& window);
  void finish_if_over(ChosenStream& stream);

  std::optional<Opening> opening_from_memory(const std::vector<JobRef>& refs, std::optional<Seq> after) const;
  Seq watched_at(const std::string& filename, Seq after) const;

  Membership& add(std::shared_ptr<Stream> stream, const Greeting& greeting);
  SnapshotGroup& group(const SnapshotKey& key);
  FramePtr snapshot_frame(const SnapshotKey& key) const;

  void schedule_tick();
  void tick();
  void send_heartbeats();
  void drop_stalled();
  [[nodiscard]] QueueMoment moment() const { return {clock_.timestamp(), clock_.steady_now()}; }

  boost::asio::io_context& context_;
  EventLog& log_;
  const Clock& clock_;
  StreamCounters& counters_;
  ShardOptions options_;
  StatusBoard board_;
  QueueBoard queue_;
  RecentEvents recent_;
  Seq first_seq_;  ///< the first number that this start of the program hands out
  std::chrono::steady_clock::time_point started_at_;

  std::unordered_map<Stream*, Membership> streams_;
  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> lingering_{0};  ///< of those, all is sent and the client has not left yet
  WatcherIndex index_;
  std::map<SnapshotKey, SnapshotGroup> groups_;
  std::vector<Stream*> deltas_;
  std::mutex inbox_mutex_;
  std::vector<News> inbox_;  ///< guarded by inbox_mutex_; where it is not empty, take_inbox() is posted

  std::vector<WatcherIndex::List*> fresh_;                              ///< whose `fresh` is not empty
  std::vector<std::pair<ChosenStream*, const FramedEventPtr*>> mixed_;  ///< for streams of several jobs
  std::vector<std::shared_ptr<Stream>> touched_;                        ///< have new frames of the events at hand
  std::vector<std::weak_ptr<Stream>> blocked_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    IoExecutor>
      timer_;
  std::vector<std::vector<std::weak_ptr<Stream>>> heartbeat_slots_;  ///< one a second of the heartbeat's interval
  std::size_t present_slot_ = 0;
};

}  // namespace jobcast::push
