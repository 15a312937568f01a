#pragma once

#include <string_view>

namespace jobcast {

/// As the top CMakeLists.txt names it.
inline constexpr std::string_view version = JOBCAST_VERSION;

}  // namespace jobcast
