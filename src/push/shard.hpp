#pragma once

#include <array>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "jobcast/clock.hpp"
#include "jobcast/event_log.hpp"

#include "base/io_threads.hpp"
#include "metrics/histogram.hpp"
#include "push/chosen_stream.hpp"
#include "push/opening.hpp"
#include "push/queue_board.hpp"
#include "push/queue_view.hpp"
#include "push/recent_events.hpp"
#include "push/single_flight.hpp"
#include "push/snapshot_group.hpp"
#include "push/status_board.hpp"
#include "push/stream_poller.hpp"
#include "push/stream_wheel.hpp"

namespace jobcast::push {

/// Open streams over all shards, for metrics and the dashboard. Counting is relaxed: nothing hangs on the order.
struct StreamCounters {
  std::array<std::atomic<std::int64_t>, stream_kind_count> open{};
  std::atomic<std::int64_t> open_delta{0};  ///< of the admin streams, those with updates=delta
  std::atomic<std::int64_t> dropped{0};     ///< closed because the client was too slow
  metrics::Histogram commit_to_socket{metrics::short_times};
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
  Shard(boost::asio::io_context& context, EventLog& log, const Clock& clock, const StartState& start,
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
  void open_chosen(Descriptor socket, StreamKind kind, const Greeting& greeting, OpeningPlan plan);
  void open_snapshots(Descriptor socket, StreamKind kind, const Greeting& greeting, const SnapshotKey& key);

  /// The dashboard's delta stream: one snapshot, then every event.
  void open_delta(Descriptor socket, const Greeting& greeting, const SnapshotKey& key);

  /// Tells every stream that the server stops, and ends it; some at a time.
  void drain();

  /// How many streams still have something to send. From any thread.
  [[nodiscard]] std::size_t unfinished_count() const {
    return open_count() - lingering_.load(std::memory_order_relaxed);
  }

  /// How many streams are open. From any thread.
  [[nodiscard]] std::size_t open_count() const { return open_.load(std::memory_order_relaxed); }

 private:
  // StreamHost
  StreamHost& host() { return *this; }
  std::size_t max_queue_bytes() const override { return options_.max_queue_bytes; }
  std::chrono::steady_clock::time_point steady_now() const override { return clock_.steady_now(); }
  StreamPoller& poller() override { return poller_; }
  void on_blocked(Stream& stream) override;
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

  /// The same window of the log, for streams that have the same to catch up with.
  using WindowKey = std::tuple<std::vector<JobRef>, std::vector<Seq>, Seq>;
  struct FramedWindow {
    std::vector<std::pair<EventPtr, FramePtr>> events;
    Seq through = 0;
    std::optional<Error> failure;
  };

  /// A window that was read, and the streams that still have to take it.
  struct Landed {
    FramedWindow window;
    std::vector<ChosenStreamPtr> streams;
  };

  using PlanKey = std::pair<std::vector<JobRef>, std::optional<Seq>>;
  using PlanDone = std::function<void(result<OpeningPlan>)>;

  void tell(News news);
  void take_inbox();
  void apply(const FramedBatch& batch);
  void collect(const FramedEventPtr& framed);
  void touch(Stream& stream);
  void queue_mixed();
  void send_some();
  bool send_few();
  void serve_front();
  void send(ChosenStream& stream, std::span<const FramedEventPtr> events);
  void flush_few_touched();
  void tell_queue_at_first(ChosenStream& stream);
  void catch_up(ChosenStream& stream);
  bool take_recent(ChosenStream& stream);
  void read_window(ChosenStream& stream);
  void ask_for_window(WindowKey key);
  void land_window(const WindowKey& key, const result<ReplayWindow>& window);
  void give_windows();
  void take_window(ChosenStream& stream, const FramedWindow& window);
  void finish_if_over(ChosenStream& stream);

  void ask_for_plan(PlanKey key);
  void land_plan(const PlanKey& key, const result<Opening>& opening);
  [[nodiscard]] bool is_known(Seq number) const;
  std::optional<Opening> opening_from_memory(const std::vector<JobRef>& refs, std::optional<Seq> after) const;
  Seq watched_at(const std::string& filename, Seq after) const;

  void add(const StreamPtr& stream, const Greeting& greeting);
  void reap();
  SnapshotGroup& group(const SnapshotKey& key);
  FramePtr snapshot_frame(const SnapshotKey& key) const;

  void schedule_tick();
  void tick();
  void send_heartbeats();
  void drop_stalled();
  void end_few();
  [[nodiscard]] QueueMoment moment() const { return {clock_.timestamp(), clock_.steady_now()}; }

  boost::asio::io_context& context_;
  EventLog& log_;
  const Clock& clock_;
  StreamCounters& counters_;
  ShardOptions options_;
  StatusBoard board_;
  QueueBoard queue_;
  RecentEvents recent_;
  Seq first_seq_;                            ///< the first number that this start of the program hands out
  std::vector<std::pair<Seq, Seq>> ranges_;  ///< of the numbers of earlier starts
  std::chrono::steady_clock::time_point started_at_;

  StreamPoller poller_;
  StreamWheel streams_;
  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> lingering_{0};  ///< of those, all is sent and the client has not left yet
  std::vector<StreamPtr> closed_;          ///< kept until the loop has control; where it is not empty, reap() is posted
  WatcherIndex index_;
  std::map<SnapshotKey, SnapshotGroup> groups_;
  std::vector<Stream*> deltas_;
  std::mutex inbox_mutex_;
  std::vector<News> inbox_;  ///< guarded by inbox_mutex_; where it is not empty, take_inbox() is posted

  std::deque<WatcherIndex::List*> rounds_;                              ///< lists whose round is not over
  std::vector<std::pair<ChosenStream*, const FramedEventPtr*>> mixed_;  ///< of the batch at hand
  std::deque<StreamPtr> touched_;                                       ///< have something new to write
  std::optional<std::chrono::steady_clock::time_point> touched_by_;     ///< when the oldest event of those was told
  bool sending_ = false;                                                ///< send_some() is posted
  std::vector<StreamPtr> blocked_;
  SingleFlight<WindowKey, ChosenStreamPtr> windows_;
  std::deque<Landed> landed_;  ///< where it is not empty, give_windows() is posted
  SingleFlight<PlanKey, PlanDone> plans_;
  std::vector<StreamPtr> leaving_;  ///< still have to be told that the server stops
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    IoExecutor>
      timer_;
};

}  // namespace jobcast::push
