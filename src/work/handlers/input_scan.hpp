#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "work/handlers/text_decoder.hpp"

namespace jobcast {

/// What one pass over a file tells.
struct InputScan {
  std::int64_t bytes = 0;
  std::string sha256;  ///< 64 hexadecimal digits
  TextEncoding encoding = TextEncoding::utf8;
};

/// Reads the whole file once. Throws std::system_error where it can't be read; returns early when stop is requested.
InputScan scan_input(const std::filesystem::path& file, const std::stop_token& stop);

/// Gives the file's bytes piece by piece until `take` returns false. Throws std::system_error where the file can't be
/// read.
void read_pieces(const std::filesystem::path& file, const std::function<bool(std::string_view piece)>& take);

}  // namespace jobcast
