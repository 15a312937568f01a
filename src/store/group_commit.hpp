#pragma once

#include <cstddef>

#include "jobcast/command.hpp"

namespace jobcast {

/// About how much memory and log a command takes.
std::size_t command_bytes(const Command& command);

/// Which waiting commands go into one transaction: from the front, until limits::group_commands or
/// limits::group_bytes; a single one goes whatever its size.
class GroupBudget {
 public:
  /// Whether the next command goes along; counts it if so.
  bool take(std::size_t bytes);

 private:
  std::size_t commands_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace jobcast
