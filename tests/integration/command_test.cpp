#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr auto config = R"(
[handlers.copy]
command = ["cp", "{input}", "{output}"]
media_types = ["text/html", "image/*", "application/*"]
[handlers.plain]
command = ["sh", "-c", "tr a-z A-Z < \"$0\" > \"$1\"", "{input}", "{output}"]
media_types = ["text/*"]
automatic = true
[handlers.log]
command = ["sh", "-c", "echo '{\"progress\":30,\"message\":\"under way\"}'; echo in the log; exit $0", "0"]
[handlers.payload]
command = ["cp", "{payload}", "{output}"]
[handlers.failing]
command = ["sh", "-c", "echo the reason >&2; exit 3"]
[handlers.outside]
external = true
media_types = ["text/plain"]
)";

class CommandTest : public ::testing::Test {
 protected:
  json make(const std::string& kind, const std::string& filename, const std::string& content) {
    const auto response = client_.request("POST", "/api/jobs?kind=" + kind + "&max_retries=0&filename=" + filename,
                                          {{"Content-Type", "application/octet-stream"}}, content);
    EXPECT_EQ(response.status, 202) << response.body;
    return response.json().at("job");
  }

  json make_without_file(const std::string& kind) {
    const auto response = client_.request("POST", "/api/jobs", {{"Content-Type", "application/json"}},
                                          json{{"kind", kind}, {"filename", "x"}, {"max_retries", 0}}.dump());
    EXPECT_EQ(response.status, 202) << response.body;
    return response.json().at("job");
  }

  json end_of(const json& job) {
    SseClient stream(server_.port(), "/api/sse?id=" + job.at("id").get<std::string>());
    while (const auto event = stream.next()) {
      if (event->name == "finished") return event->json().at("job");
    }
    return {};
  }

  HttpResponse get(const json& job, const std::string& what, const Headers& headers = {}) {
    return client_.get("/api/jobs/" + job.at("id").get<std::string>() + what, headers);
  }

  ServerProcess server_{config};
  HttpClient client_{server_.port()};
};

TEST_F(CommandTest, GivesTheFileThatItMade) {
  const auto job = end_of(make("", "a.txt", "some text"));
  EXPECT_EQ(job.at("kind"), "plain") << job;
  EXPECT_EQ(job.at("status"), "completed") << job;
  EXPECT_EQ(job.at("status_description"), "Completed");
  const auto result = get(job, "/result");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "SOME TEXT");
  EXPECT_EQ(result.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(result.header("Content-Security-Policy"), "sandbox");
  EXPECT_EQ(result.header("X-Content-Type-Options"), "nosniff");
  EXPECT_FALSE(result.has("Content-Disposition"));
  EXPECT_EQ(result.header("ETag"), '"' + job.at("result").at("sha256").get<std::string>() + '"');
  EXPECT_EQ(get(job, "/result", {{"If-None-Match", result.header("ETag")}}).status, 304);
  const auto head = client_.request("HEAD", "/api/jobs/" + job.at("id").get<std::string>() + "/result");
  EXPECT_EQ(head.header("Content-Length"), "9");
}

TEST_F(CommandTest, SendsLargeFilesAndNothingThatBrowsersRun) {
  std::string large =
      "\x7f"
      "begins as no known type does";
  large.resize(3'000'001);
  for (std::size_t i = 100; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 / 7);
  const auto binary = get(end_of(make("copy", "large.bin", large)), "/result");
  EXPECT_TRUE(binary.body == large);
  EXPECT_EQ(binary.header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(binary.header("Content-Disposition"), "attachment; filename=\"large.bin.result\"");

  const auto page = get(end_of(make("copy", "page.html", "<!DOCTYPE html><script>alert(1)</script>")), "/result");
  EXPECT_TRUE(page.header("Content-Type").starts_with("text/html"));
  EXPECT_TRUE(page.header("Content-Disposition").starts_with("attachment"));
  EXPECT_EQ(page.header("Content-Security-Policy"), "sandbox");
}

TEST_F(CommandTest, RemovesTheFileWithTheJob) {
  const auto job = end_of(make("plain", "a.txt", "some text"));
  const std::string id = job.at("id");
  EXPECT_TRUE(fs::exists(server_.data_dir() / "results" / id));
  EXPECT_EQ(client_.request("DELETE", "/api/jobs/" + id).status, 204);
  EXPECT_FALSE(fs::exists(server_.data_dir() / "results" / id));
}

TEST_F(CommandTest, KeepsTheFileOverARestartAndRemovesOthers) {
  const auto job = end_of(make("plain", "a.txt", "some text"));
  const auto folder = server_.data_dir() / "results";
  const std::string id = job.at("id");
  fs::copy(folder / id / "1", folder / id / "2");
  fs::create_directory(folder / "01ARZ3NDEKTSV4RRFFQ69G5FAV");
  EXPECT_EQ(server_.stop(), 0);
  server_.start_again();
  HttpClient client(server_.port());
  EXPECT_EQ(client.get("/api/jobs/" + id + "/result").body, "SOME TEXT");
  EXPECT_FALSE(fs::exists(folder / id / "2"));
  EXPECT_FALSE(fs::exists(folder / "01ARZ3NDEKTSV4RRFFQ69G5FAV"));
}

TEST_F(CommandTest, TellsProgressLogAndExitCode) {
  const auto job = end_of(make_without_file("log"));
  EXPECT_EQ(job.at("status"), "completed") << job;
  EXPECT_EQ(job.at("status_description"), "under way");
  EXPECT_EQ(job.at("result"), json({{"exit_code", 0}}));
  EXPECT_EQ(get(job, "/log").body, "in the log\n");
  const auto result = get(job, "/result");
  EXPECT_EQ(result.header("Content-Type"), "application/json");
  EXPECT_EQ(result.json(), json({{"exit_code", 0}}));

  const auto failed = end_of(make_without_file("failing"));
  EXPECT_EQ(failed.at("status"), "failed");
  EXPECT_EQ(failed.at("error_message"), "the reason");
  EXPECT_EQ(get(failed, "/result").status, 409);
  EXPECT_EQ(get(failed, "/log").body, "the reason\n");
}

TEST_F(CommandTest, GetsThePayload) {
  const json payload = {{"size", 256}, {"name", "a \"b\" $HOME"}};
  const auto made = client_.request("POST", "/api/jobs", {{"Content-Type", "application/json"}},
                                    json{{"kind", "payload"}, {"filename", "x"}, {"payload", payload}}.dump());
  ASSERT_EQ(made.status, 202) << made.body;
  const auto result = get(end_of(made.json().at("job")), "/result");
  EXPECT_EQ(result.header("Content-Type"), "application/json");
  EXPECT_EQ(result.json(), payload);
  EXPECT_EQ(get(end_of(make_without_file("payload")), "/result").body, "null");
}

TEST_F(CommandTest, RefusesFilesOfOtherTypes) {
  for (const auto* kind : {"copy", "outside"}) {
    const auto refused = client_.request("POST", "/api/jobs?kind=" + std::string(kind) + "&filename=a.csv",
                                         {{"Content-Type", "text/csv"}}, "a,b\n1,2\n");
    EXPECT_EQ(refused.status, 422) << kind;
    EXPECT_EQ(refused.code(), "media_type_not_accepted");
    EXPECT_THAT(refused.json().at("detail").get<std::string>(), HasSubstr("text/csv"));
  }
  EXPECT_TRUE(eventually([&] { return server_.count_uploads() == 0; }));
  const auto without =
      client_.request("POST", "/api/jobs", {{"Content-Type", "application/json"}}, R"({"filename":"x","kind":"copy"})");
  EXPECT_EQ(without.status, 400) << "a command that names {input} needs a file";
}

TEST_F(CommandTest, GivesWorkersOutsideTheFile) {
  const auto job = make("outside", "a.txt", "to work on");
  const auto input = get(job, "/input");
  EXPECT_EQ(input.status, 200);
  EXPECT_EQ(input.body, "to work on");
  EXPECT_EQ(input.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(input.header("Content-Disposition"), "attachment; filename=\"a.txt\"");
  EXPECT_EQ(input.header("Content-Security-Policy"), "sandbox");
  const auto none = get(make_without_file("outside"), "/input");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.code(), "input_not_found");
  EXPECT_EQ(client_.get("/api/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/input").code(), "job_not_found");
}

}  // namespace
}  // namespace jobcast
