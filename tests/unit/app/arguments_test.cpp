#include "app/arguments.hpp"

#include <fstream>
#include <gmock/gmock.h>

#include "jobcast/version.hpp"

#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::variant<Arguments, Exit> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "jobcastd");
  return parse_arguments(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ArgumentsTest, NeedsNone) {
  const auto parsed = parse({});
  const auto* arguments = std::get_if<Arguments>(&parsed);
  ASSERT_NE(arguments, nullptr);
  EXPECT_EQ(arguments->config_file, "");
  EXPECT_FALSE(arguments->listen || arguments->data_dir || arguments->workers || arguments->threads ||
               arguments->log_level || arguments->check_config);
}

TEST(ArgumentsTest, ReadsEveryFlag) {
  const auto parsed = parse({"--config", "a.toml", "--listen=[::1]:0", "--data-dir", "/d", "--workers", "3",
                             "--threads", "2", "--log-level", "warn", "--check-config"});
  const auto* arguments = std::get_if<Arguments>(&parsed);
  ASSERT_NE(arguments, nullptr) << std::get<Exit>(parsed).text;
  EXPECT_EQ(arguments->config_file, "a.toml");
  EXPECT_EQ(arguments->listen, "[::1]:0");
  EXPECT_EQ(arguments->data_dir, "/d");
  EXPECT_EQ(arguments->workers, 3U);
  EXPECT_EQ(arguments->threads, 2U);
  EXPECT_EQ(arguments->log_level, LogLevel::warn);
  EXPECT_TRUE(arguments->check_config);
}

TEST(ArgumentsTest, ReadsEveryLogLevel) {
  constexpr std::pair<const char*, LogLevel> levels[] = {{"trace", LogLevel::trace},
                                                         {"debug", LogLevel::debug},
                                                         {"info", LogLevel::info},
                                                         {"warn", LogLevel::warn},
                                                         {"error", LogLevel::error}};
  for (const auto& [text, level] : levels) {
    const auto parsed = parse({"--log-level", text});
    ASSERT_TRUE(std::holds_alternative<Arguments>(parsed)) << text;
    EXPECT_EQ(std::get<Arguments>(parsed).log_level, level);
  }
}

TEST(ArgumentsTest, ABadFlagEndsWithCode2) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--bad"},
           {"extra"},
           {"--listen"},
           {"--listen", "8080"},
           {"--listen", "localhost:"},
           {"--listen", "localhost:65536"},
           {"--listen", "a:1", "--listen", "b:1"},
           {"--workers", "0"},
           {"--workers", "many"},
           {"--workers", "1025"},
           {"--workers", "-1"},
           {"--threads", "0"},
           {"--threads", "257"},
           {"--log-level", "loud"},
           {"--log-level", "2"},
           {"--log-level", "INFO"},
           {"--data-dir", ""},
           {"--config", ""},
       }) {
    const auto parsed = parse(arguments);
    const auto* exit = std::get_if<Exit>(&parsed);
    ASSERT_NE(exit, nullptr) << testing::PrintToString(std::vector<std::string>(arguments.begin(), arguments.end()));
    EXPECT_EQ(exit->code, 2);
    EXPECT_THAT(exit->text, StartsWith("jobcastd: "));
    EXPECT_THAT(exit->text, HasSubstr("jobcastd --help"));
  }
}

TEST(ArgumentsTest, TellsItsVersion) {
  const auto parsed = parse({"--version"});
  const auto& exit = std::get<Exit>(parsed);
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.text, "jobcastd " + std::string(version) + "\n");
}

TEST(ArgumentsTest, HelpNamesEveryFlag) {
  const auto parsed = parse({"--help"});
  const auto& exit = std::get<Exit>(parsed);
  EXPECT_EQ(exit.code, 0);
  for (const auto* flag : {"--config FILE", "--listen HOST:PORT", "--data-dir DIR", "--workers N", "--threads N",
                           "--log-level LEVEL", "--check-config", "--version", "--help"}) {
    EXPECT_THAT(exit.text, HasSubstr(flag));
  }
}

TEST(LoadConfigTest, FlagsOverrideTheFileWhichOverridesTheDefaults) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "jobcast.toml";
  std::ofstream(path) << "[server]\nlisten = \"file:1\"\nthreads = 5\n[work]\nworkers = 6\n[log]\nlevel = \"debug\"\n";
  Arguments arguments;
  arguments.config_file = path;
  arguments.listen = "flag:2";
  arguments.workers = 7;
  arguments.log_level = LogLevel::error;
  const auto loaded = load_config(arguments);
  const auto* config = std::get_if<Config>(&loaded);
  ASSERT_NE(config, nullptr) << std::get<Exit>(loaded).text;
  EXPECT_EQ(config->server.listen, "flag:2");
  EXPECT_EQ(config->server.threads, 5U);
  EXPECT_EQ(config->server.data_dir, "data");
  EXPECT_EQ(config->work.workers, 7U);
  EXPECT_EQ(config->log.level, LogLevel::error);
}

TEST(LoadConfigTest, ABadFileEndsWithCode2) {
  const TemporaryDirectory directory;
  Arguments arguments;
  arguments.config_file = directory.path() / "missing.toml";
  auto loaded = load_config(arguments);
  ASSERT_TRUE(std::holds_alternative<Exit>(loaded));
  EXPECT_EQ(std::get<Exit>(loaded).code, 2);

  arguments.config_file = directory.path() / "bad.toml";
  std::ofstream(arguments.config_file) << "[work]\nworkers = -1\n";
  loaded = load_config(arguments);
  ASSERT_TRUE(std::holds_alternative<Exit>(loaded));
  EXPECT_EQ(std::get<Exit>(loaded).text,
            "jobcastd: " + arguments.config_file + ":2: work.workers: must be from 0 to 1024\n");
}

}  // namespace
}  // namespace jobcast
