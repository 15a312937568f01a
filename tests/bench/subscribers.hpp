#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "figures.hpp"

namespace jobcast::bench {

/// What the publisher makes an event's message to tell when it was sent: a mark of always the same length.
std::string make_mark();

/// Many streams, read by one thread of this process, from several addresses of the loopback network.
class Subscribers {
 public:
  struct Result {
    std::uint64_t deliveries = 0;
    std::vector<double> delays_us;  ///< of every delivery, from its mark
  };

  /// Opens them all and waits until each has its headers. Throws std::system_error or std::runtime_error.
  /// @param request  of the stream with that index
  /// @param missed   so many events with an earlier mark each stream must get
  Subscribers(std::uint16_t port, std::size_t count, const std::function<std::string(std::size_t)>& request,
              std::size_t missed = 0);
  ~Subscribers();
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  [[nodiscard]] std::size_t count() const { return sockets_.size(); }

  /// How many streams have got what they had missed. From any thread.
  [[nodiscard]] std::size_t caught_up() const { return caught_up_.load(std::memory_order_relaxed); }

  /// Deliveries seen so far, of events that were sent since the stream was open. From any thread.
  [[nodiscard]] std::uint64_t deliveries() const { return seen_.load(std::memory_order_relaxed); }

  /// What came since the last take(). Not while events are under way.
  Result take();

 private:
  void open_all(std::uint16_t port, const std::function<std::string(std::size_t)>& request);
  void run();
  void stop();
  void take(std::size_t index, std::string_view bytes, std::int64_t now);
  void take_mark(std::size_t index, std::int64_t sent, std::int64_t now);

  int poll_;
  int stop_;
  std::int64_t began_;
  std::size_t missed_;
  std::vector<int> sockets_;
  std::vector<std::string> rests_;       ///< of each stream, the end of what was read, where an event was cut
  std::vector<std::size_t> past_seen_;   ///< of each stream, events with an earlier mark
  std::vector<std::int64_t> opened_at_;  ///< of each stream; 0: not yet
  std::atomic<std::size_t> opened_{0};
  std::atomic<std::size_t> refused_{0};
  std::atomic<std::size_t> caught_up_{0};
  std::vector<double> delays_;
  std::atomic<std::uint64_t> seen_{0};
  std::uint64_t taken_ = 0;
  std::thread thread_;
};

}  // namespace jobcast::bench
