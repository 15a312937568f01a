#pragma once

#include <optional>
#include <string>
#include <variant>

#include "jobcast/config.hpp"

namespace jobcast {

/// What the command line asks for.
struct Arguments {
  std::string config_file;  ///< empty: none
  std::optional<std::string> listen;
  std::optional<std::string> data_dir;
  std::optional<unsigned> workers;
  std::optional<unsigned> threads;
  std::optional<LogLevel> log_level;
  bool check_config = false;
};

/// There is nothing more to do: print the text, end with the code.
struct Exit {
  int code = 0;
  std::string text;  ///< to standard output for code 0, else to standard error
};

/// Reads the command line. A bad flag: exit code 2.
std::variant<Arguments, Exit> parse_arguments(int argc, const char* const* argv);

/// The configuration: defaults, then the file, then the flags. What can't be: exit code 2, with the reason.
std::variant<Config, Exit> load_config(const Arguments& arguments);

}  // namespace jobcast
