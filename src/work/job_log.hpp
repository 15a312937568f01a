#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace jobcast {

/// What the handler of one attempt writes: a file of which the last limits::log_bytes are kept. Used by one thread.
/// A log that can't be written is no reason to fail a job: the trouble goes to the server's log, once.
class JobLog {
 public:
  /// The file is made with the first append().
  explicit JobLog(std::filesystem::path file);
  JobLog(const JobLog&) = delete;
  JobLog& operator=(const JobLog&) = delete;
  ~JobLog();

  /// Removes what an earlier attempt wrote. Before the first append().
  void clear();

  /// Text that is not valid UTF-8 is made so.
  void append(std::string_view text);

 private:
  bool open();
  void keep_the_last_bytes();
  void give_up(const char* what);

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
  bool broken_ = false;
};

}  // namespace jobcast
