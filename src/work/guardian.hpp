#pragma once

#include <cstdint>

#include "work/program_start.hpp"

namespace jobcast {

/// What a guardian tells the server, through a pipe: first `forked`, then one of the others.
struct GuardianReport {
  enum class What : std::int32_t {
    forked,       ///< value: the pid that the program will have, which is its process group's number too
    not_started,  ///< value: errno; also without `forked` before it
    ended,        ///< value: the program's end as waitpid tells it; it and all that it started is gone
  };
  What what = What::not_started;
  std::int32_t value = 0;
};

/// The life of a guardian: the process between the server and a program, forked from the server with all signals
/// blocked. It starts the program and sees to it that nothing of it is left once the program has ended, or `control` is
/// readable or at its end. The latter comes with the server's death, however it dies: nobody else holds the other end.
///
/// As a subreaper (PR_SET_CHILD_SUBREAPER) it becomes the parent of everything that the program starts and that loses
/// its own parent, also of what left the process group and the session: so it finds all of it.
///
/// Only async-signal-safe calls, as for any child of a process with threads.
/// @param control  read end of a pipe
/// @param status   write end of a pipe for GuardianReports
[[noreturn]] void run_guardian(const ProgramStart& start, int control, int status);

}  // namespace jobcast
