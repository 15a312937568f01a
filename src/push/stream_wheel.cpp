#include "push/stream_wheel.hpp"

#include <utility>

namespace jobcast::push {

void StreamWheel::add(StreamPtr stream) {
  auto& slot = slots_[present_];
  stream->notes().slot = static_cast<std::uint16_t>(present_);
  stream->notes().position = static_cast<std::uint32_t>(slot.size());
  slot.push_back(std::move(stream));
  ++size_;
}

void StreamWheel::remove(Stream& stream) {
  const auto& notes = stream.notes();
  auto& slot = slots_[notes.slot];
  if (notes.position >= slot.size() || slot[notes.position].get() != &stream) return;
  slot.back()->notes().position = notes.position;
  std::swap(slot[notes.position], slot.back());
  slot.pop_back();
  // A crowd that left gives its room back.
  if (slot.empty()) slot.shrink_to_fit();
  --size_;
}

std::span<const StreamPtr> StreamWheel::turn() {
  present_ = (present_ + 1) % slots_.size();
  return slots_[present_];
}

std::vector<StreamPtr> StreamWheel::all() const {
  std::vector<StreamPtr> all;
  all.reserve(size_);
  for (const auto& slot : slots_) all.insert(all.end(), slot.begin(), slot.end());
  return all;
}

}  // namespace jobcast::push
