#include "store/sqlite/read_gate.hpp"

namespace jobcast {

void ReadGate::enter() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_closed_; });
  ++inside_;
}

void ReadGate::leave() {
  const std::lock_guard lock(mutex_);
  --inside_;
  if (is_closed_ && inside_ == 0) changed_.notify_all();
}

bool ReadGate::close(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  is_closed_ = true;
  return changed_.wait_for(lock, patience, [this] { return inside_ == 0; });
}

void ReadGate::open() {
  const std::lock_guard lock(mutex_);
  is_closed_ = false;
  changed_.notify_all();
}

}  // namespace jobcast
