#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "push/framed_event.hpp"

namespace jobcast::push {

/// What waits to be written to one stream, and what of it may be left out when the client is slow (contract,
/// section 3, "Slow clients"). Pure: no socket, no clock.
class Delivery {
 public:
  /// `chunked`: HTTP/1.1 chunk framing; else the bare payloads.
  explicit Delivery(bool chunked) : chunked_(chunked) {}

  /// Appends the answer's status line and headers, which carry no chunk framing.
  void push_head(std::string_view head);

  /// Appends a frame that is never left out.
  void push(FramePtr frame);

  /// Appends the frame of an event. From limits::merge_queue_bytes waiting on, a progress report gives way to a
  /// later one of the same attempt.
  void push_event(FramePtr frame, const JobEvent& event);

  /// Appends a snapshot; one that still waits gives way to it.
  void push_snapshot(FramePtr frame);

  /// Appends a heartbeat; one that still waits gives way to it.
  void push_heartbeat(FramePtr frame);

  /// Appends a job's place in the queue; one of the same job that still waits gives way to it.
  /// @param job  its created_seq
  void push_queue(FramePtr frame, Seq job);

  /// Appends the end of a chunked body. Nothing may follow.
  void push_end();

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }

  /// More than `limit` bytes wait, and not in one frame alone.
  [[nodiscard]] bool over(std::size_t limit) const { return waiting_bytes_ > limit && items_.size() > 1; }

  /// The first pieces to write, at most `out.size()`. Gives how many were filled. Valid until the next change.
  std::size_t gather(std::span<std::string_view> out) const;

  /// That many bytes of what gather() gave were written.
  void consume(std::size_t bytes);

 private:
  enum class Kind : std::uint8_t { head, plain, progress, snapshot, heartbeat, queue, end };

  struct Item {
    FramePtr frame;  ///< null for the end
    Kind kind = Kind::plain;
    Seq job = 0;  ///< of progress and queue: created_seq
    std::int64_t attempt = 0;
  };

  [[nodiscard]] std::string_view wire(const Item& item) const;
  void append(Item item);

  void replace(FramePtr frame, Kind kind);

  /// Takes out the newest waiting item that fits and of which nothing was written yet.
  template <class Fits>
  void withdraw(Fits fits);

  std::vector<Item> items_;
  std::size_t waiting_bytes_ = 0;
  std::size_t written_of_first_ = 0;
  bool chunked_;
};

}  // namespace jobcast::push
