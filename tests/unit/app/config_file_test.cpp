#include "app/config_file.hpp"

#include <fstream>
#include <gmock/gmock.h>

#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ConfigFileTest, AnEmptyFileKeepsTheDefaults) {
  for (const auto* text : {"", "# nothing\n", "[server]\n[limits]\n"}) {
    const auto config = parse_config(text, "test.toml");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server.listen, "127.0.0.1:8080");
    EXPECT_EQ(config->server.data_dir, "data");
    EXPECT_EQ(config->limits.max_upload_bytes, 100ULL << 20U);
    EXPECT_THAT(config->cors.allowed_origins, ElementsAre("*"));
  }
}

TEST(ConfigFileTest, ReadsEveryKey) {
  const auto read = parse_config(R"(
[server]
listen = "[::1]:0"
data_dir = "/var/lib/jobcast"
threads = 3
shutdown_grace_seconds = 2.5
[log]
level = "debug"
format = "json"
[work]
workers = 7
max_retries = 0
progress_per_second = 0.5
[limits]
max_connections = 1001
max_connections_per_address = 1002
requests_per_second = 0.25
request_burst = 1003
max_header_bytes = 2048
header_timeout_seconds = 3
min_body_bytes_per_second = 0
idle_timeout_seconds = 0.1
max_upload_bytes = 1
max_json_bytes = 4096
max_queued_jobs = 5
min_free_bytes = 6
max_stream_queue_bytes = 65536
stream_stall_seconds = 4
[cors]
allowed_origins = ["https://example.com", "http://localhost:3000"]
[auth]
admin_token = "0123456789abcdef"
publish_token = "!#$%&'()*+,-./:;<=>?"
)",
                                 "test.toml");
  ASSERT_TRUE(read) << read.error().message;
  const auto& config = *read;
  EXPECT_EQ(config.server.listen, "[::1]:0");
  EXPECT_EQ(config.server.data_dir, "/var/lib/jobcast");
  EXPECT_EQ(config.server.threads, 3U);
  EXPECT_EQ(config.server.shutdown_grace, 2500ms);
  EXPECT_EQ(config.log.level, LogLevel::debug);
  EXPECT_EQ(config.log.format, LogFormat::json);
  EXPECT_EQ(config.work.workers, 7U);
  EXPECT_EQ(config.work.max_retries, 0);
  EXPECT_EQ(config.work.progress_per_second, 0.5);
  EXPECT_EQ(config.limits.max_connections, 1001U);
  EXPECT_EQ(config.limits.max_connections_per_address, 1002U);
  EXPECT_EQ(config.limits.requests_per_second, 0.25);
  EXPECT_EQ(config.limits.request_burst, 1003);
  EXPECT_EQ(config.limits.max_header_bytes, 2048U);
  EXPECT_EQ(config.limits.header_timeout, 3s);
  EXPECT_EQ(config.limits.min_body_bytes_per_second, 0U);
  EXPECT_EQ(config.limits.idle_timeout, 100ms);
  EXPECT_EQ(config.limits.max_upload_bytes, 1U);
  EXPECT_EQ(config.limits.max_json_bytes, 4096U);
  EXPECT_EQ(config.limits.max_queued_jobs, 5U);
  EXPECT_EQ(config.limits.min_free_bytes, 6U);
  EXPECT_EQ(config.limits.max_stream_queue_bytes, 65536U);
  EXPECT_EQ(config.limits.stream_stall, 4s);
  EXPECT_THAT(config.cors.allowed_origins, ElementsAre("https://example.com", "http://localhost:3000"));
  EXPECT_EQ(config.auth.admin_token, "0123456789abcdef");
  EXPECT_EQ(config.auth.publish_token, "!#$%&'()*+,-./:;<=>?");
}

TEST(ConfigFileTest, NamesThePlaceTheKeyAndTheReason) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (const auto& [text, message] : {
           Case{"[srever]\n", "test.toml:1: srever: there is no such key"},
           Case{"\n\n[server]\nlisten = \"a:1\"\nport = 80\n", "test.toml:5: server.port: there is no such key"},
           Case{"threads = 4\n", "test.toml:1: threads: there is no such key"},
           Case{"server = 4\n", "test.toml:1: server: must be a table"},
           Case{"[[server]]\n", "test.toml:1: server: must be a table"},
           Case{"[server]\nlisten = 8080\n", "test.toml:2: server.listen: must be \"HOST:PORT\""},
           Case{"[server]\nlisten = \"localhost\"\n", "test.toml:2: server.listen: must be \"HOST:PORT\""},
           Case{"[server]\nlisten = \"localhost:65536\"\n", "test.toml:2: server.listen: must be \"HOST:PORT\""},
           Case{"[server]\nlisten = \"::1:80\"\n", "test.toml:2: server.listen: must be \"HOST:PORT\""},
           Case{"[server]\ndata_dir = true\n", "test.toml:2: server.data_dir: must be a string"},
           Case{"[server]\ndata_dir = \"\"\n", "test.toml:2: server.data_dir: must not be empty"},
           Case{"[server]\nthreads = \"2\"\n", "test.toml:2: server.threads: must be a whole number"},
           Case{"[server]\nthreads = 2.0\n", "test.toml:2: server.threads: must be a whole number"},
           Case{"[server]\nthreads = -1\n", "test.toml:2: server.threads: must be from 0 to 256"},
           Case{"[server]\nthreads = 257\n", "test.toml:2: server.threads: must be from 0 to 256"},
           Case{"[server]\nthreads = [1]\n", "test.toml:2: server.threads: must be a whole number"},
           Case{"[server.threads]\n", "test.toml:1: server.threads: must be a whole number"},
           Case{"[server]\nshutdown_grace_seconds = -0.5\n",
                "test.toml:2: server.shutdown_grace_seconds: must be from 0 to 3600"},
           Case{"[server]\nshutdown_grace_seconds = nan\n",
                "test.toml:2: server.shutdown_grace_seconds: must be from 0 to 3600"},
           Case{"[server]\nshutdown_grace_seconds = true\n",
                "test.toml:2: server.shutdown_grace_seconds: must be a number"},
           Case{"[log]\nlevel = \"loud\"\n", "test.toml:2: log.level: must be \"trace\", "},
           Case{"[log]\nlevel = 2\n", "test.toml:2: log.level: must be \"trace\", "},
           Case{"[log]\nformat = \"xml\"\n", "test.toml:2: log.format: must be \"text\" or \"json\""},
           Case{"[work]\nmax_retries = 101\n", "test.toml:2: work.max_retries: must be from 0 to 100"},
           Case{"[work]\nprogress_per_second = inf\n", "test.toml:2: work.progress_per_second: must be from 0 to 1000"},
           Case{"[limits]\nmax_upload_bytes = 0\n", "test.toml:2: limits.max_upload_bytes: must be from 1 to "},
           Case{"[limits]\nstream_stall_seconds = 0\n", "test.toml:2: limits.stream_stall_seconds: must be from 1 to "},
           Case{"[cors]\nallowed_origins = \"*\"\n", "test.toml:2: cors.allowed_origins: must be a list of strings"},
           Case{"[cors]\nallowed_origins = [1]\n", "test.toml:2: cors.allowed_origins: must be a list of strings"},
           Case{"[cors]\nallowed_origins = [\"example.com\"]\n",
                "test.toml:2: cors.allowed_origins: `example.com` is no origin"},
           Case{"[cors]\nallowed_origins = [\"https://a.b/\"]\n",
                "test.toml:2: cors.allowed_origins: `https://a.b/` is no origin"},
           Case{"[cors]\nallowed_origins = [\"https://a.b/path\"]\n",
                "test.toml:2: cors.allowed_origins: `https://a.b/path` is no origin"},
           Case{"[cors]\nallowed_origins = [\"://a.b\"]\n", "test.toml:2: cors.allowed_origins: `://a.b` is no origin"},
           Case{"[cors]\nallowed_origins = [\"https://\"]\n",
                "test.toml:2: cors.allowed_origins: `https://` is no origin"},
           Case{"[server]\nthreads = 1\nthreads = 2\n", "test.toml:3: not TOML: "},
           Case{"[server\n", "test.toml:1: not TOML: "},
           Case{"\n\nx\n", "test.toml:3: not TOML: "},
       }) {
    const auto refused = parse_config(text, "test.toml");
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, errc::invalid_parameter);
    EXPECT_THAT(refused.error().message, StartsWith(message)) << text;
  }
}

TEST(ConfigFileTest, RefusesBadTokensWithoutTellingThem) {
  const std::string good = "sesame-sesame-sesame";
  const auto line = [](const std::string& key, const std::string& value) { return key + " = \"" + value + "\"\n"; };
  const std::string bad[] = {
      line("admin_token", "sesame"),
      line("admin_token", ""),
      line("publish_token", "sesame-sesame-s"),
      line("publish_token", std::string(1000, 'x') + "sesame-sesame-sesame-sesame"),
      line("admin_token", "sesame sesame sesame"),
      line("admin_token", "sesame-sesame-ses\xc3\xa4me"),
      line("admin_token", "sesame-sesame-sesame\\n"),
      line("admin_token", good) + line("publish_token", good),
      line("publish_token", good) + line("admin_token", good),
      "admin_token = [\"sesame-sesame-sesame\"]\n",
      // No TOML.
      "admin_token = sesame-sesame-sesame\n",
      "admin_token = true-sesame-sesame\n",
      "admin_token = 12345678sesame\n",
      "admin_token = 123456789012345678901234567890\n",
      "publish_token = 0xsesame\n",
      "admin_token = \"sesame-sesame-sesame\n",
      "admin_token = \"sesame\\sesame-sesame\"\n",
      "admin_token = \"sesame-sesame\"sesame\n",
  };
  for (const auto& text : bad) {
    const auto refused = parse_config("[auth]\n" + text, "test.toml");
    ASSERT_FALSE(refused) << text;
    EXPECT_THAT(refused.error().message, StartsWith("test.toml:")) << text;
    EXPECT_THAT(refused.error().message, Not(AnyOf(HasSubstr("sesam"), HasSubstr("1234")))) << text;
  }
  EXPECT_THAT(parse_config("[auth]\n" + line("admin_token", "short"), "test.toml").error().message,
              StartsWith("test.toml:2: auth.admin_token: must have from 16 to 1024 characters"));
}

TEST(ConfigFileTest, RefusesKeysOfWhatIsNotBuilt) {
  EXPECT_FALSE(parse_config("[auth]\nstatus = \"open\"\n", "test.toml"));
  EXPECT_FALSE(parse_config("[tls]\ncertificate = \"a\"\n", "test.toml"));
  EXPECT_FALSE(parse_config("[store]\nurl = \"postgres://\"\n", "test.toml"));
}

TEST(ConfigFileTest, ReadsAFile) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "jobcast.toml";
  std::ofstream(path) << "[work]\nworkers = 2\nwork = 3\n";
  const auto refused = read_config_file(path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, path.string() + ":3: work.work: there is no such key");

  std::ofstream(path) << "[work]\nworkers = 2\n";
  const auto read = read_config_file(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->work.workers, 2U);

  std::ofstream(path, std::ios::trunc).flush();
  EXPECT_TRUE(read_config_file(path)) << "an empty one";
}

TEST(ConfigFileTest, RefusesAFileThatCantBeRead) {
  const TemporaryDirectory directory;
  for (const auto& path : {directory.path() / "missing.toml", directory.path()}) {
    const auto refused = read_config_file(path);
    ASSERT_FALSE(refused) << path;
    EXPECT_THAT(refused.error().message, HasSubstr(path.string()));
  }
}

TEST(ConfigFileTest, KnowsTheLogLevels) {
  EXPECT_EQ(parse_log_level("trace"), LogLevel::trace);
  EXPECT_EQ(parse_log_level("error"), LogLevel::error);
  for (const auto* text : {"", "Info", "warning", "0"}) EXPECT_FALSE(parse_log_level(text)) << text;
}

}  // namespace
}  // namespace jobcast
