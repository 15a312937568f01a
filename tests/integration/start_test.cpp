#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http_client.hpp"
#include "support/server_process.hpp"

namespace jobcast {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

ProgramRun run_with_config(const std::string& config) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "jobcast.toml";
  std::ofstream(file) << config;
  auto run = run_jobcastd({"--config", file, "--data-dir", directory.path() / "data", "--listen", "127.0.0.1:0"});
  EXPECT_FALSE(fs::exists(directory.path() / "data"));
  return run;
}

TEST(StartTest, RefusesBadFlags) {
  const std::vector<std::vector<std::string>> bad = {
      {"--nonsense"},
      {"nonsense"},
      {"--listen"},
      {"--listen", "8080"},
      {"--listen", "127.0.0.1:99999"},
      {"--workers", "0"},
      {"--workers", "many"},
      {"--threads", "-1"},
      {"--log-level", "loud"},
      {"--data-dir", ""},
      {"--config", "/nowhere/jobcast.toml"},
  };
  for (const auto& flags : bad) {
    const auto run = run_jobcastd(flags);
    EXPECT_EQ(run.code, 2) << flags.front();
    EXPECT_EQ(run.out, "") << flags.front();
    EXPECT_TRUE(run.err.starts_with("jobcastd: ")) << run.err;
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }
}

TEST(StartTest, RefusesBadConfigurationWithFileLineKeyAndReason) {
  struct Case {
    const char* config;
    const char* says;
  };
  const Case cases[] = {
      {"[server]\nlisten = \"127.0.0.1:0\"\nlisten_on = \"x\"\n", "jobcast.toml:3: server.listen_on: "},
      {"[sever]\n", "jobcast.toml:1: sever: "},
      {"\n[work]\nworkers = \"two\"\n", "jobcast.toml:3: work.workers: must be a whole number"},
      {"[work]\nworkers = 5000\n", "jobcast.toml:2: work.workers: must be from 0 to 1024"},
      {"[work]\nworkers = 1.5\n", "jobcast.toml:2: work.workers: "},
      {"[log]\nlevel = \"loud\"\n", "jobcast.toml:2: log.level: "},
      {"[limits]\nmax_upload_bytes = 0\n", "jobcast.toml:2: limits.max_upload_bytes: "},
      {"[limits]\nheader_timeout_seconds = -1\n", "jobcast.toml:2: limits.header_timeout_seconds: "},
      {"server = 7\n", "jobcast.toml:1: server: "},
      {"[server\n", "jobcast.toml:1: "},
      {"[server]\nlisten = \"nowhere\"\n", "jobcast.toml:2: server.listen: "},
      {"[cors]\nallowed_origins = \"*\"\n", "jobcast.toml:2: cors.allowed_origins: "},
      {"[auth]\nadmin_token = \"short\"\n", "jobcast.toml:2: auth.admin_token: "},
      {"[auth]\nstatus = \"token\"\n", "jobcast.toml:2: auth.status: there is no such key"},
  };
  for (const auto& [config, says] : cases) {
    const auto run = run_with_config(config);
    EXPECT_EQ(run.code, 2) << config;
    EXPECT_EQ(run.out, "") << config;
    EXPECT_THAT(run.err, HasSubstr(says));
  }
}

TEST(StartTest, ChecksAConfiguration) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "jobcast.toml";
  std::ofstream(file) << "[work]\nworkers = 2\n";
  EXPECT_EQ(run_jobcastd({"--check-config", "--config", file}).code, 0);
  std::ofstream(file) << "[work]\nworkers = -2\n";
  EXPECT_EQ(run_jobcastd({"--check-config", "--config", file}).code, 2);
}

TEST(StartTest, SaysWhatItIs) {
  const auto version = run_jobcastd({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_TRUE(version.out.starts_with("jobcastd ")) << version.out;
  const auto help = run_jobcastd({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const auto* flag : {"--config", "--listen", "--data-dir", "--workers", "--threads", "--log-level",
                           "--check-config", "--version", "--help"}) {
    EXPECT_THAT(help.out, HasSubstr(flag));
  }
}

TEST(StartTest, RefusesADataDirectoryInUse) {
  ServerProcess server;
  const auto job = make_external_job(server.port(), "kept");
  const auto second = run_jobcastd({"--data-dir", server.data_dir(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 1);
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, HasSubstr(server.data_dir().string()));
  EXPECT_THAT(second.err, HasSubstr("another jobcastd"));
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/api/jobs/" + job.at("id").get<std::string>()).status, 200);
  server.kill();
  server.start_again();
}

TEST(StartTest, RefusesAPortInUse) {
  ServerProcess server;
  const TemporaryDirectory directory;
  const auto second = run_jobcastd({"--data-dir", directory.path() / "data", "--listen", server.address()});
  EXPECT_EQ(second.code, 1);
  EXPECT_EQ(second.out, "");
  EXPECT_THAT(second.err, HasSubstr(server.address()));
  EXPECT_THAT(second.err, HasSubstr("another program uses this port"));
  HttpClient client(server.port());
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST(StartTest, RefusesADataDirectoryThatCanNotBe) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  for (const auto* place : {"file", "file/data"}) {
    const auto run = run_jobcastd({"--data-dir", directory.path() / place, "--listen", "127.0.0.1:0"});
    EXPECT_EQ(run.code, 1) << place;
    EXPECT_EQ(run.out, "") << place;
    EXPECT_THAT(run.err, HasSubstr((directory.path() / "file").string()));
  }
}

}  // namespace
}  // namespace jobcast
