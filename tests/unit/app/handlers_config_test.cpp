#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config_file.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(HandlersConfigTest, ReadsEveryKeyInTheOrderOfTheFile) {
  const auto config = parse_config(R"(
[handlers.zeta]
command = ["/bin/tool", "{input}[0]", "png:{output}", "{\"id\":\"{id}\"}", "{}", "{payload}", "{filename}"]
media_types = ["image/png", "text/*", "*/*"]
automatic = true
timeout_seconds = 2.5
concurrency = 4
cpu_seconds = 7
memory_bytes = 1000000
file_bytes = 0
[handlers.document]
timeout_seconds = 20
concurrency = 1
[handlers.outside-2]
external = true
media_types = ["video/*"]
[handlers.alpha_1]
external = false
command = ["true"]
)",
                                   "test.toml");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->handlers.size(), 4U);
  const auto& zeta = config->handlers[0];
  EXPECT_EQ(zeta.name, "zeta");
  EXPECT_THAT(zeta.command, ElementsAre("/bin/tool", "{input}[0]", "png:{output}", R"({"id":"{id}"})", "{}",
                                        "{payload}", "{filename}"));
  EXPECT_THAT(zeta.media_types, ElementsAre("image/png", "text/*", "*/*"));
  EXPECT_TRUE(zeta.automatic);
  EXPECT_FALSE(zeta.external);
  EXPECT_EQ(zeta.timeout, 2500ms);
  EXPECT_EQ(zeta.concurrency, 4U);
  EXPECT_EQ(zeta.cpu_seconds, 7U);
  EXPECT_EQ(zeta.memory_bytes, 1'000'000U);
  EXPECT_EQ(zeta.file_bytes, 0U);
  EXPECT_EQ(config->handlers[1].name, "document");
  EXPECT_EQ(config->handlers[1].timeout, 20s);
  EXPECT_EQ(config->handlers[1].concurrency, 1U);
  EXPECT_EQ(config->handlers[2].name, "outside-2");
  EXPECT_TRUE(config->handlers[2].external);
  EXPECT_THAT(config->handlers[2].command, IsEmpty());
  const auto& alpha = config->handlers[3];
  EXPECT_EQ(alpha.name, "alpha_1");
  EXPECT_EQ(alpha.timeout, 60s);
  EXPECT_EQ(alpha.concurrency, 0U);
  EXPECT_EQ(alpha.memory_bytes, 1ULL << 30U);
  EXPECT_FALSE(alpha.automatic);
}

TEST(HandlersConfigTest, KeepsTheOrderOfInlineTables) {
  const auto config =
      parse_config("[handlers]\nz = {external = true}\nb = {external = true}\na.external = true\n", "f");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->handlers.size(), 3U);
  EXPECT_EQ(config->handlers[0].name, "z");
  EXPECT_EQ(config->handlers[1].name, "b");
  EXPECT_EQ(config->handlers[2].name, "a");
  EXPECT_THAT(parse_config("[handlers]\n", "f")->handlers, IsEmpty());
}

TEST(HandlersConfigTest, NamesThePlaceTheKeyAndTheReason) {
  const std::string command = "[handlers.x]\ncommand = [\"a\", \"{input}\"]\n";
  const std::pair<std::string, const char*> cases[] = {
      {"handlers = 1\n", "f:1: handlers: must be a table"},
      {"[handlers]\nx = 1\n", "f:2: handlers.x: must be a table"},
      {"[[handlers.x]]\n", "f:1: handlers.x: must be a table"},
      {"[handlers.X]\n", "f:1: handlers.X: a kind's name has 1 to 64 of a-z, 0-9, _ and -, and begins with"},
      {"[handlers.-x]\n", "f:1: handlers.-x: a kind's name"},
      {"[handlers.\"\"]\n", "f:1: handlers.: a kind's name"},
      {"[handlers.\"a b\"]\n", "f:1: handlers.a b: a kind's name"},
      {"[handlers." + std::string(65, 'a') + "]\n", "f:1: handlers.aaaa"},
      {"[handlers.x]\n", "f:1: handlers.x: it needs a command, or external = true"},
      {"\n[handlers.x]\ntimeout_seconds = 3\n", "f:2: handlers.x: it needs a command"},
      {command + "shell = true\n", "f:3: handlers.x.shell: there is no such key"},
      {command + "external = true\n", "f:2: handlers.x.command: a kind for workers outside has only media_types"},
      {"[handlers.x]\nexternal = true\ntimeout_seconds = 1\n", "f:3: handlers.x.timeout_seconds: a kind for workers"},
      {"[handlers.x]\nexternal = true\nautomatic = true\n", "f:3: handlers.x.automatic: a kind for workers"},
      {"[handlers.x]\nexternal = true\nconcurrency = 1\n", "f:3: handlers.x.concurrency: a kind for workers"},
      {"[handlers.x]\nexternal = 1\n", "f:2: handlers.x.external: must be true or false"},
      {"[handlers.document]\ncommand = [\"a\"]\n", "f:2: handlers.document.command: this kind is built in: only"},
      {"[handlers.document]\nmedia_types = [\"a/b\"]\n", "f:2: handlers.document.media_types: this kind is built in"},
      {"[handlers.document]\nshell = 1\n", "f:2: handlers.document.shell: there is no such key"},
      {"[handlers.external]\n", "f:1: handlers.external: this kind is built in and has no settings"},
      {"[handlers.x]\ncommand = \"a b\"\n", "f:2: handlers.x.command: must be a list of strings"},
      {"[handlers.x]\ncommand = [\"a\", 1]\n", "f:2: handlers.x.command: must be a list of strings"},
      {"[handlers.x]\ncommand = []\n", "f:2: handlers.x.command: must not be empty"},
      {"[handlers.x]\ncommand = [\"\"]\n", "f:2: handlers.x.command: its first string, the program, must not be empty"},
      {"[handlers.x]\ncommand = [\"{input}\"]\n", "f:2: handlers.x.command: its first string, the program, takes no"},
      {"[handlers.x]\ncommand = [\"a\", \"{inptu}\"]\n", "f:2: handlers.x.command: there is no placeholder {inptu}: "},
      {"[handlers.x]\ncommand = [\"a\", \"\\u0000\"]\n", "f:2: handlers.x.command: no string in it may hold a NUL"},
      {command + "media_types = [\"image\"]\n", "f:3: handlers.x.media_types: `image` is not like image/png"},
      {command + "media_types = [\"image/*\", \"*/png\"]\n", "f:3: handlers.x.media_types: `*/png` is not like"},
      {command + "media_types = []\n", "f:3: handlers.x.media_types: must not be empty"},
      {command + "automatic = true\n", "f:3: handlers.x.automatic: needs media_types"},
      {"[handlers.x]\nautomatic = true\nmedia_types = [\"a/b\"]\ncommand = [\"a\"]\n",
       "f:2: handlers.x.automatic: needs {input} in the command"},
      {command + "automatic = \"yes\"\n", "f:3: handlers.x.automatic: must be true or false"},
      {command + "timeout_seconds = 0\n", "f:3: handlers.x.timeout_seconds: must be from 0.1 to 604800"},
      {command + "concurrency = -1\n", "f:3: handlers.x.concurrency: must be from 0 to 1024"},
      {command + "memory_bytes = 1.5\n", "f:3: handlers.x.memory_bytes: must be a whole number"},
      {command + "file_bytes = -1\n", "f:3: handlers.x.file_bytes: must be from 0 to "},
      {command + "cpu_seconds = \"1\"\n", "f:3: handlers.x.cpu_seconds: must be a whole number"},
      {command + "[handlers.x.more]\n", "f:3: handlers.x.more: there is no such key"},
  };
  for (const auto& [text, message] : cases) {
    const auto refused = parse_config(text, "f");
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, errc::invalid_parameter);
    EXPECT_THAT(refused.error().message, StartsWith(message)) << text;
  }
}

TEST(HandlersConfigTest, TheExamplesAreGood) {
  const auto config = std::filesystem::path(JOBCAST_FIXTURES).parent_path().parent_path() / "config";
  EXPECT_TRUE(read_config_file(config / "jobcast.toml"));
  for (const auto* name : {"thumbnail.toml", "media-probe.toml"}) {
    const auto read = read_config_file(config / "examples" / name);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->handlers.size(), 1U) << name;
  }
}

}  // namespace
}  // namespace jobcast
