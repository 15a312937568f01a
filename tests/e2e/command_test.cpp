#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "support/processes.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using Time = std::chrono::steady_clock;

std::string example(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::filesystem::path(JOBCAST_EXAMPLES) / name).rdbuf();
  return text.str();
}

void append_little(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

/// A picture with 24 bits a pixel: a BMP file.
std::string bitmap(std::uint32_t width, std::uint32_t height) {
  const auto row = (width * 3 + 3) / 4 * 4;
  std::string file = "BM";
  append_little(file, 54 + row * height, 4);
  append_little(file, 0, 4);
  append_little(file, 54, 4);
  append_little(file, 40, 4);
  append_little(file, width, 4);
  append_little(file, height, 4);
  append_little(file, 1, 2);
  append_little(file, 24, 2);
  for (int i = 0; i < 6; ++i) append_little(file, 0, 4);
  for (std::uint32_t i = 0; i < row * height; ++i) file += static_cast<char>(i * 7 / 5);
  return file;
}

/// A second of silence with one channel of 8 bits: a WAV file.
std::string silence() {
  constexpr std::uint32_t rate = 8000;
  std::string file = "RIFF";
  append_little(file, 36 + rate, 4);
  file += "WAVEfmt ";
  append_little(file, 16, 4);
  append_little(file, 1, 2);
  append_little(file, 1, 2);
  append_little(file, rate, 4);
  append_little(file, rate, 4);
  append_little(file, 1, 2);
  append_little(file, 8, 2);
  file += "data";
  append_little(file, rate, 4);
  return file + std::string(rate, '\x80');
}

/// The number that a PNG file has at this place.
std::uint32_t number_at(const std::string& png, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = number << 8U | static_cast<std::uint8_t>(png.at(i));
  return number;
}

/// Follows a job to its end. Gives it as it is then.
json follow(std::uint16_t port, const std::string& id) {
  SseClient stream(port, "/api/sse?id=" + id);
  while (const auto event = stream.next()) {
    if (event->name == "finished") return event->json().at("job");
  }
  ADD_FAILURE() << "the stream ended before the job";
  return {};
}

TEST(CommandExampleTest, MakesThumbnails) {
  ServerProcess server(example("thumbnail.toml"));
  for (const auto& [width, height] : {std::pair(1000U, 500U), std::pair(30U, 20U)}) {
    const std::string id = upload(server.port(), "picture.bmp", bitmap(width, height)).at("id");
    const auto job = follow(server.port(), id);
    ASSERT_EQ(job.at("status"), "completed") << job;
    EXPECT_EQ(job.at("kind"), "thumbnail");
    EXPECT_EQ(job.at("result").at("media_type"), "image/png");
    HttpClient client(server.port());
    const auto result = client.get("/api/jobs/" + id + "/result");
    EXPECT_EQ(result.header("Content-Type"), "image/png");
    EXPECT_EQ(result.body.size(), job.at("result").at("bytes"));
    ASSERT_TRUE(result.body.starts_with("\x89PNG\r\n\x1a\n"));
    EXPECT_EQ(number_at(result.body, 16), std::min(width, 256U));
    EXPECT_EQ(number_at(result.body, 20), width > 256 ? 128U : height);
  }
  const std::string broken = upload(server.port(), "broken.bmp", bitmap(100, 100).substr(0, 60)).at("id");
  HttpClient client(server.port());
  EXPECT_TRUE(
      eventually([&] { return !client.get("/api/jobs/" + broken).json().at("job").at("error_message").is_null(); }));
}

TEST(CommandExampleTest, ProbesMedia) {
  ServerProcess server(example("media-probe.toml"));
  const std::string id = upload(server.port(), "silence.wav", silence()).at("id");
  const auto job = follow(server.port(), id);
  ASSERT_EQ(job.at("status"), "completed") << job;
  EXPECT_EQ(job.at("kind"), "media-probe");
  HttpClient client(server.port());
  const auto result = client.get("/api/jobs/" + id + "/result");
  EXPECT_EQ(result.header("Content-Type"), "application/json");
  const auto tracks = result.json().at("media").at("track");
  EXPECT_EQ(tracks.at(0).at("Format"), "Wave");
  EXPECT_EQ(tracks.at(1).at("@type"), "Audio");
  EXPECT_EQ(tracks.at(1).at("SamplingRate"), "8000");
}

/// A command that leaves a process outside its group and session which ignores what can be ignored.
class EscapingCommandTest : public ::testing::Test {
 protected:
  EscapingCommandTest() {
    std::ofstream(directory_.path() / "escapee")
        << "trap '' TERM HUP INT\necho $$ >> " << pid_file().string() << "\nwhile :; do sleep 1000; done\n";
    server_ = std::make_unique<ServerProcess>(
        "[server]\nshutdown_grace_seconds = 0.2\n[handlers.escaping]\ncommand = [\"sh\", \"-c\", \"(setsid sh " +
        (directory_.path() / "escapee").string() + " &); echo $$ >> " + pid_file().string() +
        "; while :; do sleep 1000; done\"]\n");
    HttpClient client(server_->port());
    const auto made = client.request("POST", "/api/jobs", {{"Content-Type", "application/json"}},
                                     R"({"filename":"a","kind":"escaping"})");
    EXPECT_EQ(made.status, 202) << made.body;
    id_ = made.json().at("job").at("id");
    pids_ = pids_in_file(pid_file(), 2);
    EXPECT_EQ(pids_.size(), 2U);
  }

  [[nodiscard]] std::filesystem::path pid_file() const { return directory_.path() / "pids"; }

  void expect_all_gone() const {
    for (const auto pid : pids_) EXPECT_TRUE(becomes_gone(pid)) << pid;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<ServerProcess> server_;
  std::string id_;
  std::vector<pid_t> pids_;
};

TEST_F(EscapingCommandTest, DiesWithTheServer) {
  for (const auto pid : pids_) EXPECT_FALSE(is_gone(pid)) << pid;
  server_->kill();
  expect_all_gone();
}

TEST_F(EscapingCommandTest, DiesWithItsJobWithinASecond) {
  HttpClient client(server_->port());
  const auto begin = Time::now();
  EXPECT_EQ(client.request("POST", "/api/jobs/" + id_ + "/cancel").status, 202);
  expect_all_gone();
  EXPECT_LT(Time::now() - begin, std::chrono::seconds(1));
}

TEST_F(EscapingCommandTest, DiesWithAGracefulStop) {
  server_->send_signal(SIGTERM);
  EXPECT_EQ(server_->wait_for_exit(), 0);
  for (const auto pid : pids_) EXPECT_TRUE(is_gone(pid)) << pid;
}

}  // namespace
}  // namespace jobcast
