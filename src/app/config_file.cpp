#include "app/config_file.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "app/admin_token.hpp"
#include "app/config_readers.hpp"
#include "app/handlers_config.hpp"
#include "http/server.hpp"

namespace jobcast {
namespace {

Reader text(std::string& into) {
  return [&into](const toml::node& node) -> Fault {
    const auto value = node.value_exact<std::string>();
    if (!value) return "must be a string";
    if (value->empty()) return "must not be empty";
    into = *value;
    return {};
  };
}

/// SCHEME://HOST[:PORT], as browsers send it: no path.
bool is_origin(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto host = text.substr(colon + 3);
  return !host.empty() && host.find_first_of("/?#@ ") == std::string_view::npos;
}

Reader origins(std::vector<std::string>& into) {
  return [&into](const toml::node& node) -> Fault {
    const auto* array = node.as_array();
    if (array == nullptr) return "must be a list of strings";
    std::vector<std::string> values;
    for (const auto& element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value) return "must be a list of strings";
      if (*value != "*" && !is_origin(*value))
        return fmt::format("`{}` is no origin like https://example.com, nor *", *value);
      values.push_back(*value);
    }
    into = std::move(values);
    return {};
  };
}

Reader log_level(LogLevel& into) {
  return [&into](const toml::node& node) -> Fault {
    const auto level = parse_log_level(node.value_exact<std::string>().value_or(std::string()));
    if (!level) return "must be \"trace\", \"debug\", \"info\", \"warn\" or \"error\"";
    into = *level;
    return {};
  };
}

Reader log_format(LogFormat& into) {
  return [&into](const toml::node& node) -> Fault {
    const auto value = node.value_exact<std::string>().value_or(std::string());
    if (value != "text" && value != "json") return "must be \"text\" or \"json\"";
    into = value == "json" ? LogFormat::json : LogFormat::text;
    return {};
  };
}

Reader listen_address(std::string& into) {
  return [&into](const toml::node& node) -> Fault {
    const auto value = node.value_exact<std::string>().value_or(std::string());
    if (!http::parse_host_port(value)) return "must be \"HOST:PORT\"";
    into = value;
    return {};
  };
}

/// A token, which must not be the same as the other role's.
Reader token(std::string& into, const std::string& other) {
  return [&into, &other](const toml::node& node) -> Fault {
    const auto value = node.value_exact<std::string>();
    if (!value) return "must be a string";
    if (auto fault = find_token_fault(*value)) return fault;
    if (*value == other) return "must not be the same as the other token";
    into = *value;
    return {};
  };
}

/// Every key that there is, and where its value goes.
std::map<std::string, Table, std::less<>> tables_of(Config& config) {
  constexpr std::int64_t many = std::int64_t{1} << 40;
  auto& limits = config.limits;
  return {
      {"server",
       {{"listen", listen_address(config.server.listen)},
        {"data_dir", text(config.server.data_dir)},
        {"threads", whole_number(config.server.threads, 0, 256)},
        {"shutdown_grace_seconds", seconds(config.server.shutdown_grace, 0, 3600)}}},
      {"log", {{"level", log_level(config.log.level)}, {"format", log_format(config.log.format)}}},
      {"work",
       {{"workers", whole_number(config.work.workers, 0, 1024)},
        {"max_retries", whole_number(config.work.max_retries, 0, 100)},
        {"progress_per_second", number(config.work.progress_per_second, 0, 1000)}}},
      {"limits",
       {{"max_connections", whole_number(limits.max_connections, 0, many)},
        {"max_connections_per_address", whole_number(limits.max_connections_per_address, 0, many)},
        {"requests_per_second", number(limits.requests_per_second, 0, 1e9)},
        {"request_burst", number(limits.request_burst, 0, 1e9)},
        {"max_header_bytes", whole_number(limits.max_header_bytes, 1024, 1024 * 1024)},
        {"header_timeout_seconds", seconds(limits.header_timeout, 0.1, 3600)},
        {"min_body_bytes_per_second", whole_number(limits.min_body_bytes_per_second, 0, many)},
        {"idle_timeout_seconds", seconds(limits.idle_timeout, 0.1, 86'400)},
        {"max_upload_bytes", whole_number(limits.max_upload_bytes, 1, many)},
        {"max_json_bytes", whole_number(limits.max_json_bytes, 1024, 1024 * 1024 * 1024)},
        {"max_queued_jobs", whole_number(limits.max_queued_jobs, 1, many)},
        {"min_free_bytes", whole_number(limits.min_free_bytes, 0, many * 1024)},
        {"max_stream_queue_bytes", whole_number(limits.max_stream_queue_bytes, 4096, many)},
        {"stream_stall_seconds", seconds(limits.stream_stall, 1, 3600)}}},
      {"retention",
       {{"finished_days", duration(config.retention.finished, std::chrono::hours(24), 0.0001, 36'500)},
        {"events_hours", duration(config.retention.events, std::chrono::hours(1), 0.0001, 876'000)}}},
      {"cors", {{"allowed_origins", origins(config.cors.allowed_origins)}}},
      {"auth",
       {{"admin_token", token(config.auth.admin_token, config.auth.publish_token)},
        {"publish_token", token(config.auth.publish_token, config.auth.admin_token)}}},
  };
}

/// A line, counted from 1.
std::string_view line_of(std::string_view text, std::size_t number) {
  while (number > 1 && !text.empty()) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    --number;
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  constexpr std::string_view names[] = {"trace", "debug", "info", "warn", "error"};
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (text == names[i]) return static_cast<LogLevel>(i);
  }
  return {};
}

result<Config> parse_config(std::string_view text_of_file, const std::string& name) {
  toml::table document;
  try {
    document = toml::parse(text_of_file, name);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    // What is wrong may be told with words of the file.
    const bool secret = line_of(text_of_file, line).find("token") != std::string_view::npos;
    const auto reason = secret ? "the line is not told, since it may hold a token" : error.description();
    return Error{errc::invalid_parameter, fmt::format("{}:{}: not TOML: {}", name, line, reason)};
  }
  Config config;
  const auto tables = tables_of(config);
  for (const auto& [key, node] : document) {
    const auto readers = tables.find(key.str());
    const bool is_handlers = key.str() == "handlers";
    if (readers == tables.end() && !is_handlers)
      return fault_at(name, key.source().begin, key.str(), "there is no such key");
    const auto* table = node.as_table();
    if (table == nullptr) return fault_at(name, node.source().begin, key.str(), "must be a table");
    if (is_handlers) {
      auto handlers = read_handlers(*table, name);
      if (!handlers) return handlers.error();
      config.handlers = std::move(*handlers);
      continue;
    }
    if (auto read = read_table(*table, std::string(key.str()), readers->second, name); !read) return read.error();
  }
  return config;
}

result<Config> read_config_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  const bool empty = file.peek() == std::ifstream::traits_type::eof();  // << takes that for a failure
  if (!file.is_open() || file.bad() || !(empty || content << file.rdbuf())) {
    return Error{errc::invalid_parameter, "the configuration file " + path.string() + " can't be read"};
  }
  return parse_config(content.str(), path.string());
}

}  // namespace jobcast
