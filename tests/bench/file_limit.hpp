#pragma once

#include <sys/resource.h>

namespace jobcast::bench {

/// Lets this process open as many files as the system allows it.
inline void raise_file_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace jobcast::bench
