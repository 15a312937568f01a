#pragma once

#include "push/stream.hpp"

namespace jobcast::push {

/// A host for streams of which nothing is asked.
class IdleHost final : public StreamHost {
 public:
  std::size_t max_queue_bytes() const override { return 1024 * 1024; }
  std::chrono::steady_clock::time_point steady_now() const override { return {}; }
  void on_blocked(const std::shared_ptr<Stream>& /*stream*/) override {}
  void on_dropped() override {}
  void on_lingering() override {}
  void on_drained(Stream& /*stream*/) override {}
  void on_closed(Stream& /*stream*/) override {}
};

}  // namespace jobcast::push
