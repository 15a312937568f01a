#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace jobcast {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };
enum class LogFormat : std::uint8_t { text, json };

struct ServerConfig {
  std::string listen = "127.0.0.1:8080";
  std::string data_dir = "data";
  unsigned threads = 0;  ///< io threads; 0: one a core, at most 8
  std::chrono::milliseconds shutdown_grace{10'000};
};

struct LogConfig {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
};

struct WorkConfig {
  unsigned workers = 0;             ///< 0: one a core
  int max_retries = 3;              ///< of jobs that don't say
  double progress_per_second = 10;  ///< events a job; 0: every report
};

struct LimitsConfig {
  std::uint64_t max_connections = 0;              ///< 0: as many as open files allow
  std::uint64_t max_connections_per_address = 0;  ///< 0: built-in, which spares loopback
  double requests_per_second = 0;                 ///< per address; 0: built-in, which spares loopback
  double request_burst = 0;                       ///< 0: twice requests_per_second
  std::uint64_t max_header_bytes = 16 * 1024;
  std::chrono::milliseconds header_timeout{10'000};
  std::uint64_t min_body_bytes_per_second = 1024;
  std::chrono::milliseconds idle_timeout{60'000};
  std::uint64_t max_upload_bytes = 100ULL * 1024 * 1024;
  std::uint64_t max_json_bytes = 1024 * 1024;
  std::uint64_t max_queued_jobs = 100'000;
  std::uint64_t min_free_bytes = 64ULL * 1024 * 1024;
  std::uint64_t max_stream_queue_bytes = 256 * 1024;
  std::chrono::milliseconds stream_stall{10'000};
};

struct CorsConfig {
  std::vector<std::string> allowed_origins = {"*"};
};

/// Tokens that open what is not for everybody (contract, section 6); empty: not set. They belong in no log and no
/// message.
struct AuthConfig {
  std::string admin_token;
  std::string publish_token;
};

struct RetentionConfig {
  std::chrono::milliseconds finished = std::chrono::hours(24 * 30);  ///< jobs that ended longer ago are deleted
  std::chrono::milliseconds events = std::chrono::hours(24);  ///< progress events and tombstones are kept so long
};

/// A kind of jobs: one that a command runs, a further one for workers outside, or a built-in one with other limits.
struct HandlerConfig {
  std::string name;
  std::vector<std::string> command;      ///< the program first, its arguments with placeholders; empty: not a command
  bool external = false;                 ///< run by somebody outside
  std::vector<std::string> media_types;  ///< media ranges of the files that it takes; empty: any
  bool automatic = false;                ///< takes files of these types that come without a kind
  std::chrono::milliseconds timeout{60'000};
  unsigned concurrency = 0;                            ///< attempts at the same time; 0: no limit of its own
  std::uint64_t cpu_seconds = 0;                       ///< of each process; 0: as many as the timeout has
  std::uint64_t memory_bytes = 1024ULL * 1024 * 1024;  ///< address space of each process; 0: no limit
  std::uint64_t file_bytes = 1024ULL * 1024 * 1024;    ///< of each file that it writes; 0: no limit
};

/// Every setting, checked (app/config_file.hpp reads and checks). What is not here is not built.
struct Config {
  ServerConfig server;
  LogConfig log;
  WorkConfig work;
  LimitsConfig limits;
  CorsConfig cors;
  AuthConfig auth;
  RetentionConfig retention;
  std::vector<HandlerConfig> handlers;  ///< in the order of the file
};

}  // namespace jobcast
