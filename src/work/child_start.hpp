#pragma once

#include <sys/types.h>

#include "work/child_process.hpp"
#include "work/descriptor.hpp"

namespace jobcast {

/// A program that was started as the leader of its own process group.
struct StartedChild {
  pid_t pid = -1;     ///< -1: it did not start
  int error = 0;      ///< errno, where it did not start
  Descriptor output;  ///< its standard output, non-blocking
  Descriptor errors;  ///< its standard error, non-blocking
};

/// Forks and executes as run_child() promises. Who calls must reap `pid`.
StartedChild start_child(const ChildSpec& spec);

}  // namespace jobcast
