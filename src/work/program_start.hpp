#pragma once

#include <sys/resource.h>
#include <sys/types.h>

namespace jobcast {

/// Everything that a program needs at its start, made before the first fork: after it only async-signal-safe calls are
/// allowed (signal-safety(7)), as another thread may have held any lock. Refers to what lives in the server's memory,
/// of which the forked processes have their copy.
struct ProgramStart {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const char* directory = nullptr;
  rlimit cpu{};
  rlimit memory{};
  rlimit file{};
  int output = -1;  ///< becomes its standard output
  int errors = -1;  ///< becomes its standard error
};

/// Makes the calling process the program, as the leader of a session and a process group of its own, which dies with
/// `parent`. Where that can't be done, writes the errno to the descriptor `report` and ends. Only async-signal-safe
/// calls.
[[noreturn]] void become_program(const ProgramStart& start, pid_t parent, int report);

}  // namespace jobcast
