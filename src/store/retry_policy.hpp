#pragma once

#include <chrono>

namespace jobcast {

/// How long a job waits before its `retry`-th retry (counted from 1): 1 s, doubled each time up to 30 s, made
/// up to 20 % longer by `jitter` (in [0, 1)), so that what failed together does not come back together.
std::chrono::milliseconds retry_delay(int retry, double jitter);

}  // namespace jobcast
