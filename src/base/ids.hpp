#pragma once

#include <chrono>
#include <mutex>

#include "jobcast/clock.hpp"
#include "jobcast/job_id.hpp"

namespace jobcast {

/// Makes job ids: ULIDs whose random part begins with the microsecond within the millisecond (10 bits; RFC
/// 9562, section 6.2, method 3), followed by 70 fresh random bits. So ids made one after another sort in that
/// order, and none can be guessed from another. Callable from any thread.
class JobIdSource {
 public:
  explicit JobIdSource(const Clock& clock) : clock_(clock) {}

  JobId make();

 private:
  std::chrono::sys_time<std::chrono::microseconds> next_instant();

  const Clock& clock_;
  std::mutex mutex_;
  std::chrono::sys_time<std::chrono::microseconds> last_{};
};

}  // namespace jobcast
