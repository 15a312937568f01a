#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <sys/uio.h>

#include "base/descriptor.hpp"
#include "push/delivery.hpp"

namespace jobcast::push {

enum class StreamKind : std::uint8_t { job, all, light, admin };
inline constexpr std::size_t stream_kind_count = 4;

/// The label in /metrics and in the dashboard's `server`.
constexpr std::string_view to_string(StreamKind kind) {
  constexpr std::string_view names[] = {"job", "all", "sse", "admin"};
  return names[static_cast<std::size_t>(kind)];
}

/// Whether streams of this kind are ChosenStreams.
constexpr bool is_of_chosen_jobs(StreamKind kind) {
  return kind == StreamKind::job || kind == StreamKind::light;
}

class SnapshotGroup;
class Stream;
class StreamPoller;

/// Shares a stream. Its count is not atomic: on the thread that the stream lives on, and nowhere else.
using StreamPtr = boost::intrusive_ptr<Stream>;

/// What a stream needs of the shard that it lives in. All on the shard's thread.
class StreamHost {
 public:
  virtual ~StreamHost() = default;

  [[nodiscard]] virtual std::size_t max_queue_bytes() const = 0;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  [[nodiscard]] virtual StreamPoller& poller() = 0;

  /// The socket takes no more; the host watches for how long.
  virtual void on_blocked(Stream& stream) = 0;

  /// A client was too slow.
  virtual void on_dropped() = 0;

  /// The whole stream is written; its client has not left yet.
  virtual void on_lingering() = 0;

  /// All that was queued is written.
  virtual void on_drained(Stream& stream) = 0;

  /// The stream is over, once. The host keeps it until its caller, which may be a loop over streams, is done.
  virtual void on_closed(Stream& stream) = 0;
};

/// What the host keeps of a stream, beside it so that no table of the host's has to be searched.
struct StreamNotes {
  SnapshotGroup* group = nullptr;  ///< that it is sent the snapshots of
  std::uint32_t position = 0;      ///< in its slot of the StreamWheel
  std::uint16_t slot = 0;
  bool is_blocked = false;  ///< stands among the blocked ones
  bool is_touched = false;  ///< stands among those with something new to write
};

/// One open event stream: a socket, and what waits to be written to it where anything does. Writes at once without
/// blocking; waits for the socket only when it is full. Lives on one io thread.
class Stream : public boost::intrusive_ref_counter<Stream, boost::thread_unsafe_counter> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// @param socket  a TCP connection that has sent nothing of the answer yet
  Stream(StreamHost& host, Descriptor socket, StreamKind kind, bool chunked);
  virtual ~Stream() = default;

  /// Begins to notice what the client sends, and its leaving.
  /// @param permit  released when the stream is over
  void start(std::shared_ptr<void> permit);

  /// What waits to be written, for more to be added.
  [[nodiscard]] Delivery& delivery();
  [[nodiscard]] std::size_t waiting_bytes() const { return delivery_ ? delivery_->waiting_bytes() : 0; }

  [[nodiscard]] StreamNotes& notes() { return notes_; }
  [[nodiscard]] StreamKind kind() const { return kind_; }
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] bool is_ending() const { return ending_; }
  [[nodiscard]] bool is_lingering() const { return lingering_; }

  /// Sends what streams of chosen jobs get of these events: at once and together where nothing waits, else behind what
  /// waits. At most max_sent_together of them.
  void send(std::span<const FramedEventPtr* const> events);
  static constexpr std::size_t max_sent_together = 64;

  /// Writes what the socket takes now, and arranges for the rest. Drops a client that is too far behind.
  void flush();

  /// Ends the body; closes when all is written. Nothing may be queued afterwards.
  void finish();

  /// Closes a stream whose client is too slow, with a line in the log.
  void drop(std::string_view reason);

  /// Closes at once; what waits is lost (the client resumes by its last id).
  void close();

  /// The socket is full, or has taken all and waits for the client to leave; since when.
  [[nodiscard]] bool is_blocked() const { return waiting_for_write_ || lingering_; }
  [[nodiscard]] TimePoint blocked_since() const { return blocked_since_; }

  /// The poller's: something came, or the client left; the socket has room again.
  void on_readable();
  void on_writable();

 private:
  enum class WriteState : std::uint8_t { all_written, would_block, failed };

  WriteState write_some();
  ssize_t write_vector(std::span<iovec> pieces);
  WriteState write_at_once(std::span<const FramedEventPtr* const> events);
  void queue(std::span<const FramedEventPtr* const> events);
  void after_write(WriteState state);
  void wait_for_write();
  void linger();

  StreamHost& host_;
  std::unique_ptr<Delivery> delivery_;  ///< null where nothing waits, as with most streams
  std::shared_ptr<void> permit_;
  TimePoint blocked_since_{};
  StreamNotes notes_;
  Descriptor socket_;
  std::uint16_t input_bytes_ = 0;  ///< that the client sent after its request
  StreamKind kind_;
  bool chunked_;
  bool open_ = true;
  bool ending_ = false;
  bool watches_writes_ = false;
  bool waiting_for_write_ = false;
  bool lingering_ = false;
};

}  // namespace jobcast::push
