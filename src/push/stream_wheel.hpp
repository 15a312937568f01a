#pragma once

#include <span>
#include <vector>

#include "push/stream.hpp"

namespace jobcast::push {

/// Owns the open streams of a shard, dealt over the seconds of the heartbeat's interval: no stream needs a timer, or
/// a place in any other list. One thread.
class StreamWheel {
 public:
  /// @param slots  turns until the same streams come again
  explicit StreamWheel(std::size_t slots) : slots_(slots) {}

  /// Into the slot whose turn it is, which comes again after a whole round.
  void add(StreamPtr stream);

  /// Nothing where it is not here (any more).
  void remove(Stream& stream);

  /// Goes on to the next slot. Gives its streams; valid until the next add or remove.
  std::span<const StreamPtr> turn();

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] std::vector<StreamPtr> all() const;

 private:
  std::vector<std::vector<StreamPtr>> slots_;
  std::size_t present_ = 0;
  std::size_t size_ = 0;
};

}  // namespace jobcast::push
