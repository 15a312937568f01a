#include "push/delivery.hpp"

#include <utility>

#include "jobcast/limits.hpp"

namespace jobcast::push {

std::string_view Delivery::wire(const Item& item) const {
  switch (item.kind) {
    case Kind::head:
      return item.frame->payload();
    case Kind::end:
      return last_chunk;
    default:
      return item.frame->wire(chunked_);
  }
}

void Delivery::append(Item item) {
  waiting_bytes_ += wire(item).size();
  items_.push_back(std::move(item));
}

template <class Fits>
void Delivery::withdraw(Fits fits) {
  const std::size_t first = written_of_first_ > 0 ? 1 : 0;
  for (std::size_t i = items_.size(); i-- > first;) {
    if (!fits(items_[i])) continue;
    waiting_bytes_ -= wire(items_[i]).size();
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void Delivery::push_head(std::string_view head) {
  append({make_frame(head), Kind::head, 0, 0});
}

void Delivery::push(FramePtr frame) {
  append({std::move(frame), Kind::plain, 0, 0});
}

void Delivery::push_event(FramePtr frame, const JobEvent& event) {
  if (event.type != EventType::progress) return push(std::move(frame));
  const Seq job = event.job.created_seq;
  const auto attempt = event.job.attempt;
  if (waiting_bytes_ >= limits::merge_queue_bytes) {
    withdraw(
        [&](const Item& item) { return item.kind == Kind::progress && item.job == job && item.attempt == attempt; });
  }
  append({std::move(frame), Kind::progress, job, attempt});
}

void Delivery::replace(FramePtr frame, Kind kind) {
  withdraw([kind](const Item& item) { return item.kind == kind; });
  append({std::move(frame), kind, 0, 0});
}

void Delivery::push_snapshot(FramePtr frame) {
  replace(std::move(frame), Kind::snapshot);
}

void Delivery::push_heartbeat(FramePtr frame) {
  replace(std::move(frame), Kind::heartbeat);
}

void Delivery::push_queue(FramePtr frame, Seq job) {
  withdraw([job](const Item& item) { return item.kind == Kind::queue && item.job == job; });
  append({std::move(frame), Kind::queue, job, 0});
}

void Delivery::push_end() {
  if (chunked_) append({nullptr, Kind::end, 0, 0});
}

std::size_t Delivery::gather(std::span<std::string_view> out) const {
  std::size_t filled = 0;
  for (const auto& item : items_) {
    if (filled == out.size()) break;
    auto bytes = wire(item);
    if (filled == 0) bytes.remove_prefix(written_of_first_);
    out[filled++] = bytes;
  }
  return filled;
}

void Delivery::consume(std::size_t bytes) {
  waiting_bytes_ -= bytes;
  bytes += written_of_first_;
  auto first_left = items_.begin();
  while (first_left != items_.end() && bytes >= wire(*first_left).size()) {
    bytes -= wire(*first_left).size();
    ++first_left;
  }
  items_.erase(items_.begin(), first_left);
  written_of_first_ = bytes;
}

}  // namespace jobcast::push
