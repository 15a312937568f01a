#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace jobcast {

/// Lets read transactions through, except while the writer keeps it closed to empty the log: with readers that
/// overlap without end, SQLite would never get to that.
class ReadGate {
 public:
  /// A read transaction's stay.
  class Pass {
   public:
    /// Waits while the gate is closed.
    explicit Pass(ReadGate& gate) : gate_(gate) { gate_.enter(); }
    ~Pass() { gate_.leave(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    ReadGate& gate_;
  };

  /// Lets nobody in any more and waits until all have left; false where somebody stays for longer than `patience`.
  bool close(std::chrono::milliseconds patience);
  void open();

 private:
  void enter();
  void leave();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inside_ = 0;
  bool is_closed_ = false;
};

}  // namespace jobcast
