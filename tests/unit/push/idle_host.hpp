#pragma once

#include "push/stream.hpp"
#include "push/stream_poller.hpp"

namespace jobcast::push {

/// A host for streams of which nothing is asked.
class IdleHost final : public StreamHost {
 public:
  explicit IdleHost(boost::asio::io_context& context) : poller_(context) {}

  std::size_t max_queue_bytes() const override { return 1024 * 1024; }
  std::chrono::steady_clock::time_point steady_now() const override { return {}; }
  StreamPoller& poller() override { return poller_; }
  void on_blocked(Stream& /*stream*/) override {}
  void on_dropped() override {}
  void on_lingering() override {}
  void on_drained(Stream& /*stream*/) override {}
  void on_closed(Stream& /*stream*/) override {}

 private:
  StreamPoller poller_;
};

}  // namespace jobcast::push
