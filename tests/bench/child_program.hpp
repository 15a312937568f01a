#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace jobcast::bench {

/// A program started here, ended with SIGTERM (and SIGKILL after 10 s) by the destructor, or when this process dies.
class ChildProgram {
 public:
  /// @param arguments  the program's path first. Throws std::runtime_error where it can't be started.
  explicit ChildProgram(const std::vector<std::string>& arguments);
  ~ChildProgram();
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  /// The next line of its standard output, waited for; without its end. Throws where the output has ended.
  std::string read_line();

  /// Processor time that the program and its children have taken so far, in seconds.
  /// @param threads  how the names of the threads begin that are counted; empty: all
  [[nodiscard]] double processor_seconds(std::string_view threads = {}) const;

  /// Memory of its own (anonymous pages) that the program and its children hold now, in bytes.
  [[nodiscard]] double own_memory_bytes() const;

  /// Ends the program at once, as a crash does.
  void kill();

 private:
  [[nodiscard]] std::vector<pid_t> processes() const;

  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace jobcast::bench
