#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "jobcast/command.hpp"

namespace jobcast {

/// Cuts what a program writes, which comes in pieces, into lines.
class LineCutter {
 public:
  /// A line, or a part of one that is too long to be kept.
  struct Line {
    std::string_view text;  ///< without its end; valid during the call
    bool begins = true;     ///< at the line's beginning
    bool ends = true;       ///< at the line's end

    [[nodiscard]] bool is_whole() const { return begins && ends; }
  };

  /// @param most_bytes  of a line that is given as one
  LineCutter(std::size_t most_bytes, std::function<void(const Line&)> take);

  void add(std::string_view bytes);

  /// What the last line has, where it has no end.
  void finish();

 private:
  void give_part();
  void give_end();

  std::size_t most_bytes_;
  std::function<void(const Line&)> take_;
  std::string line_;
  bool begins_ = true;
};

/// The progress that a line tells: `{"progress":40,"message":"..."}`, a whole number from 0 to 100 and a string, either
/// of which may be missing. Nothing where it is not of that form.
std::optional<Progress> parse_progress_line(std::string_view line);

}  // namespace jobcast
