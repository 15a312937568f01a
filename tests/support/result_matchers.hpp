#pragma once

#include <gmock/gmock.h>
#include <ostream>

#include "jobcast/error.hpp"

namespace jobcast {

/// Found by GoogleTest, whose own way would need each value to be printable.
template <class T>
void PrintTo(const result<T>& value, std::ostream* out) {
  if (value.has_value()) {
    *out << "a value";
  } else {
    *out << "error " << static_cast<int>(value.error().code) << ": " << value.error().message;
  }
}

/// Whether a result is an error with this code.
MATCHER_P(FailsWith, code, "is an error of the code " + std::to_string(static_cast<int>(code))) {
  return arg.has_error() && arg.error().code == code;
}

}  // namespace jobcast
