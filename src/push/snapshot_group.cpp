#include "push/snapshot_group.hpp"

#include <algorithm>

namespace jobcast::push {

SnapshotGroup::SnapshotGroup(boost::asio::io_context& context, Clock::duration interval, MakeFrame make)
    : timer_(context), interval_(interval), make_(std::move(make)) {}

void SnapshotGroup::add(Stream& stream) {
  if (!present_) present_ = make_();
  stream.delivery().push_snapshot(present_);
  streams_.push_back(&stream);
}

void SnapshotGroup::remove(Stream& stream) {
  const auto found = std::find(streams_.begin(), streams_.end(), &stream);
  if (found == streams_.end()) return;
  *found = streams_.back();
  streams_.pop_back();
}

void SnapshotGroup::touch() {
  present_ = nullptr;
  if (armed_ || streams_.empty()) return;
  if (!last_sent_ || *last_sent_ + interval_ <= Clock::now()) return send();
  arm(*last_sent_ + interval_);
}

void SnapshotGroup::arm(Clock::time_point at) {
  armed_ = true;
  timer_.expires_at(at);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code error) {
    // An expired timer's handler may be queued already when the group goes.
    if (error || alive.expired()) return;
    armed_ = false;
    send();
  });
}

void SnapshotGroup::send() {
  if (streams_.empty()) return;
  last_sent_ = Clock::now();
  if (!present_) present_ = make_();
  // A copy: a stream that fails leaves the group only later, but may be added meanwhile.
  const auto streams = streams_;
  for (auto* stream : streams) {
    if (!stream->is_open() || stream->is_ending()) continue;
    stream->delivery().push_snapshot(present_);
    stream->flush();
  }
}

}  // namespace jobcast::push
