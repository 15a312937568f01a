#include "work/handlers/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/fake_job_context.hpp"
#include "support/processes.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

HandlerConfig command(std::vector<std::string> arguments) {
  HandlerConfig config;
  config.name = "test";
  config.command = std::move(arguments);
  config.timeout = 30s;
  return config;
}

/// A shell script as the command; its arguments are $1, $2, ...
HandlerConfig script(const std::string& text, const std::vector<std::string>& arguments = {}) {
  auto config = command({"sh", "-c", text, "script"});
  config.command.insert(config.command.end(), arguments.begin(), arguments.end());
  return config;
}

HandlerResult run(const HandlerConfig& config, FakeJobContext& context) {
  return make_command_handler(config)->run(context);
}

HandlerSuccess succeed(const HandlerConfig& config, FakeJobContext& context) {
  auto outcome = run(config, context);
  if (auto* success = std::get_if<HandlerSuccess>(&outcome)) return std::move(*success);
  ADD_FAILURE() << std::get<HandlerFailure>(outcome).error;
  return {};
}

HandlerFailure fail(const HandlerConfig& config) {
  FakeJobContext context("content", "text/plain");
  auto outcome = run(config, context);
  if (auto* failure = std::get_if<HandlerFailure>(&outcome)) return std::move(*failure);
  ADD_FAILURE() << std::get<HandlerSuccess>(outcome).result;
  return {};
}

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(CommandHandlerTest, MakesAFileOfAFile) {
  FakeJobContext context("some text\n", "text/plain");
  const auto success = succeed(script("tr a-z A-Z < \"$1\" > \"$2\"", {"{input}", "{output}"}), context);
  EXPECT_EQ(success.message, "Completed");
  ASSERT_TRUE(success.output);
  EXPECT_EQ(success.output->parent_path(), context.scratch());
  EXPECT_EQ(read(*success.output), "SOME TEXT\n");
  const auto result = json::parse(success.result);
  EXPECT_EQ(result.at("media_type"), "text/plain");
  EXPECT_EQ(result.at("bytes"), 10);
  EXPECT_EQ(result.at("sha256"), "8e3285a6c1417c8a9c27d1866b569e20db2703f8a324b90261f3d8bf08c1cd6b");
}

TEST(CommandHandlerTest, TellsProgressAndLogsTheRest) {
  FakeJobContext context("", "text/plain");
  const auto success = succeed(script(R"(echo '{"progress":10,"message":"begun"}'; echo plain; echo '{"progress":55}'
      echo oops >&2; echo '{"progress":1000}'; printf '{"message":"last words"}')"),
                               context);
  ASSERT_EQ(context.reports.size(), 3U);
  EXPECT_EQ(context.reports[0].percent, 10);
  EXPECT_EQ(context.reports[0].message, "begun");
  EXPECT_EQ(context.reports[1].percent, 55);
  EXPECT_EQ(context.reports[2].message, "last words");
  EXPECT_EQ(success.message, "last words");
  EXPECT_EQ(success.result, R"({"exit_code":0})");
  EXPECT_FALSE(success.output);
  EXPECT_THAT(context.logged, HasSubstr("plain\n"));
  EXPECT_THAT(context.logged, HasSubstr("oops\n"));
  EXPECT_THAT(context.logged, HasSubstr("{\"progress\":1000}\n"));
}

TEST(CommandHandlerTest, GivesThePayloadAsAFile) {
  FakeJobContext context("", "text/plain");
  const auto echo = script("cat \"$1\"", {"{payload}"});
  succeed(echo, context);
  EXPECT_EQ(context.logged, "null\n");
  FakeJobContext with("", "text/plain");
  with.given_payload = R"({"a":"`id`"})";
  succeed(echo, with);
  EXPECT_EQ(with.logged, "{\"a\":\"`id`\"}\n");
}

TEST(CommandHandlerTest, PutsInNamesAsTheyAre) {
  FakeJobContext context("", "text/plain");
  context.change_job([](Job& job) { job.filename = "{input}; `id` '\".png"; });
  succeed(command({"printf", "%s|%s", "{filename}", R"({"id":"{id}"})"}), context);
  EXPECT_EQ(context.logged, "{input}; `id` '\".png|{\"id\":\"" + context.job().id.to_string() + "\"}\n");
}

TEST(CommandHandlerTest, RunsInItsOwnDirectory) {
  FakeJobContext context("", "text/plain");
  succeed(script("pwd; echo $HOME"), context);
  const auto scratch = context.scratch().string();
  EXPECT_EQ(context.logged, scratch + '\n' + scratch + '\n');
}

TEST(CommandHandlerTest, FailsWithTheLastWords) {
  const auto words = fail(script("echo first >&2; echo 'the reason' >&2; exit 2"));
  EXPECT_EQ(words.error, "the reason");
  EXPECT_TRUE(words.retryable);
  EXPECT_EQ(fail(script("exit 7")).error, "The command ended with exit code 7");
  EXPECT_EQ(fail(script("kill -KILL $$")).error, "The command was killed by signal 9");
}

TEST(CommandHandlerTest, FailsWhereThereIsNoSuchCommand) {
  const auto missing = fail(command({"no-such-program-anywhere"}));
  EXPECT_EQ(missing.error, "The command can't be started: No such file or directory");
  EXPECT_TRUE(missing.retryable) << "it may be installed by then";
  const auto forbidden = fail(command({"/etc/passwd"}));
  EXPECT_EQ(forbidden.error, "The command can't be started: Permission denied");
}

TEST(CommandHandlerTest, FailsAtItsLimits) {
  auto slow = script("sleep 1000");
  slow.timeout = 300ms;
  const auto timed_out = fail(slow);
  EXPECT_EQ(timed_out.error, "The command took longer than 0.3 seconds");
  EXPECT_TRUE(timed_out.retryable);

  auto busy = script("while :; do :; done");
  busy.cpu_seconds = 1;
  EXPECT_EQ(fail(busy).error, "The command used more than 1 second of processor time");

  auto large = script("exec head -c 100000 /dev/zero > file");
  large.file_bytes = 1000;
  EXPECT_EQ(fail(large).error, "The command wrote a file larger than 1000 bytes");

  auto free = script("ulimit -v; ulimit -f");
  free.memory_bytes = 0;
  free.file_bytes = 0;
  FakeJobContext context("", "text/plain");
  succeed(free, context);
  EXPECT_EQ(context.logged, "unlimited\nunlimited\n");
}

TEST(CommandHandlerTest, TakesNothingButAPlainFileAsOutput) {
  for (const auto* text : {":", "ln -s /etc/passwd \"$1\"", "mkdir \"$1\"", "mkfifo \"$1\"", "ln -s missing \"$1\""}) {
    EXPECT_EQ(fail(script(text, {"{output}"})).error, "The command wrote no output") << text;
  }
  FakeJobContext context("", "text/plain");
  const auto empty = succeed(script(": > \"$1\"", {"{output}"}), context);
  EXPECT_EQ(json::parse(empty.result).at("bytes"), 0);
}

TEST(CommandHandlerTest, NeedsTheFileThatItNames) {
  FakeJobContext context("", "text/plain");
  context.change_job([](Job& job) { job.has_input = false; });
  const auto outcome = run(script("true", {"{input}"}), context);
  ASSERT_TRUE(std::holds_alternative<HandlerFailure>(outcome));
  EXPECT_FALSE(std::get<HandlerFailure>(outcome).retryable);
  FakeJobContext none("", "text/plain");
  none.change_job([](Job& job) { job.has_input = false; });
  succeed(script("true"), none);
}

TEST(CommandHandlerTest, StopsWhenAsked) {
  FakeJobContext context("", "text/plain");
  context.on_report = [&] { context.stop_source.request_stop(); };
  const auto outcome = run(script(R"(echo $$ > pids; echo '{"progress":1}'; sleep 1000)"), context);
  EXPECT_TRUE(std::holds_alternative<HandlerFailure>(outcome));
  const auto pids = pids_in_file(context.scratch() / "pids", 1);
  ASSERT_EQ(pids.size(), 1U);
  EXPECT_TRUE(is_gone(pids[0]));
}

TEST(CommandHandlerTest, BoundsLongLines) {
  FakeJobContext context("", "text/plain");
  succeed(script(R"(printf '{"progress":40,"message":"'; head -c 300000 /dev/zero | tr '\0' x; echo '"}'; echo end)"),
          context);
  EXPECT_TRUE(context.reports.empty());
  EXPECT_GT(context.logged.size(), 300'000U);
  EXPECT_TRUE(context.logged.ends_with("x\"}\nend\n"));
}

}  // namespace
}  // namespace jobcast
