#include "app/arguments.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

#include "jobcast/version.hpp"

#include "app/config_file.hpp"
#include "http/server.hpp"

namespace jobcast {
namespace {

std::string check_listen(const std::string& text) {
  return http::parse_host_port(text) ? std::string() : "must be HOST:PORT";
}

std::string check_log_level(const std::string& text) {
  return parse_log_level(text) ? std::string() : "must be trace, debug, info, warn or error";
}

std::string check_not_empty(const std::string& text) {
  return text.empty() ? "must not be empty" : std::string();
}

}  // namespace

std::variant<Arguments, Exit> parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  CLI::App app("jobcastd: runs jobs, and tells browsers of every step over Server-Sent Events", "jobcastd");
  app.set_version_flag("--version", "jobcastd " + std::string(version));
  app.add_option("--config", arguments.config_file, "TOML file with settings; flags override it")
      ->type_name("FILE")
      ->check(check_not_empty);
  app.add_option("--listen", arguments.listen, "address to listen on (default 127.0.0.1:8080; port 0: any free one)")
      ->type_name("HOST:PORT")
      ->check(check_listen);
  app.add_option("--data-dir", arguments.data_dir, "where everything is kept (default ./data)")
      ->type_name("DIR")
      ->check(check_not_empty);
  app.add_option("--workers", arguments.workers, "jobs that run at the same time (default: one a core)")
      ->type_name("N")
      ->check(CLI::Range(1U, 1024U));
  app.add_option("--threads", arguments.threads, "threads that serve connections (default: one a core)")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U));
  app.add_option_function<std::string>(
         "--log-level", [&](const std::string& text) { arguments.log_level = parse_log_level(text); },
         "trace, debug, info, warn or error (default info)")
      ->type_name("LEVEL")
      ->check(check_log_level);
  app.add_flag("--check-config", arguments.check_config, "only check the configuration, and say what is wrong");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const bool asked_for = app.exit(error, out, err) == 0;
    if (asked_for) return Exit{0, out.str()};
    return Exit{2, "jobcastd: " + std::string(error.what()) + " (see jobcastd --help)\n"};
  }
  return arguments;
}

std::variant<Config, Exit> load_config(const Arguments& arguments) {
  Config config;
  if (!arguments.config_file.empty()) {
    auto read = read_config_file(arguments.config_file);
    if (!read) return Exit{2, "jobcastd: " + read.error().message + '\n'};
    config = std::move(*read);
  }
  if (arguments.listen) config.server.listen = *arguments.listen;
  if (arguments.data_dir) config.server.data_dir = *arguments.data_dir;
  if (arguments.workers) config.work.workers = *arguments.workers;
  if (arguments.threads) config.server.threads = *arguments.threads;
  if (arguments.log_level) config.log.level = *arguments.log_level;
  return config;
}

}  // namespace jobcast
