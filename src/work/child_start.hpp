#pragma once

#include <sys/types.h>

#include "base/descriptor.hpp"
#include "work/child_process.hpp"

namespace jobcast {

/// A guardian (guardian.hpp) that is about to start a program.
struct StartedChild {
  pid_t guardian = -1;  ///< -1: it did not start
  int error = 0;        ///< errno, where it did not start
  Descriptor control;   ///< closing it ends the program and all that it started
  Descriptor status;    ///< GuardianReports; at its end when the guardian has ended
  Descriptor output;    ///< the program's standard output, non-blocking
  Descriptor errors;    ///< the program's standard error, non-blocking
};

/// Forks as run_child() promises. Who calls must reap `guardian`.
StartedChild start_child(const ChildSpec& spec);

}  // namespace jobcast
