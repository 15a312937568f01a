#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/server_process.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

/// config/examples/worker.py at work, until it is destroyed.
class ExampleWorker {
 public:
  explicit ExampleWorker(const ServerProcess& server) {
    const std::string url = "http://" + server.address();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execlp("python3", "python3", JOBCAST_EXAMPLES "/worker.py", url.c_str(), "external", "1", nullptr);
      ::_exit(127);
    }
  }
  ExampleWorker(const ExampleWorker&) = delete;
  ExampleWorker& operator=(const ExampleWorker&) = delete;
  ~ExampleWorker() {
    send(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void send(int signal) const { ::kill(pid_, signal); }

 private:
  pid_t pid_ = -1;
};

class WorkerTest : public ::testing::Test {
 protected:
  json make(const json& payload) {
    const json wanted = {{"filename", "letters"}, {"kind", "external"}, {"payload", payload}};
    return client_.request("POST", "/api/jobs", {{"Content-Type", "application/json"}}, wanted.dump()).json().at("job");
  }

  json job(const json& made) { return client_.get("/api/jobs/" + made.at("id").get<std::string>()).json().at("job"); }

  ServerProcess server_;
  HttpClient client_{server_.port()};
};

TEST_F(WorkerTest, TheExampleRunsJobs) {
  const ExampleWorker worker(server_);
  const auto first = make({{"text", "three words here"}});
  const auto second = make({{"no text", "here"}});
  EXPECT_TRUE(eventually([&] { return job(first).at("status") == "completed"; }));
  EXPECT_EQ(job(first).at("result"), json({{"letters", 14}}));
  EXPECT_TRUE(eventually([&] { return job(second).at("retry_count") == 1; })) << "it tells of its failures";
  EXPECT_EQ(job(second).at("error_message"), "KeyError('text')");
}

TEST_F(WorkerTest, AJobWhoseWorkerIsKilledIsRunByAnother) {
  const auto made = make({{"text", "some words"}, {"seconds", 1.2}});
  {
    const ExampleWorker killed(server_);
    EXPECT_TRUE(eventually([&] { return job(made).at("progress") == 25; }));
  }
  const ExampleWorker worker(server_);
  EXPECT_TRUE(eventually([&] { return job(made).at("status") == "completed"; }));
  EXPECT_EQ(job(made).at("retry_count"), 1);
  EXPECT_EQ(job(made).at("result"), json({{"letters", 9}}));
}

TEST_F(WorkerTest, AFrozenWorkerThatWakesTooLateTellsNothing) {
  const auto made = make({{"text", "some words"}, {"seconds", 1.2}});
  const ExampleWorker frozen(server_);
  EXPECT_TRUE(eventually([&] { return job(made).at("progress") == 25; }));
  frozen.send(SIGSTOP);
  EXPECT_TRUE(eventually([&] { return job(made).at("retry_count") == 1; })) << "its lease runs out";
  const ExampleWorker other(server_);
  EXPECT_TRUE(eventually([&] { return job(made).at("progress") == 25; })) << "another one has begun";
  frozen.send(SIGCONT);
  EXPECT_TRUE(eventually([&] { return job(made).at("status") == "completed"; }));
  const auto events = client_.get("/api/jobs/" + made.at("id").get<std::string>() + "/events").json().at("events");
  EXPECT_EQ(std::count_if(events.begin(), events.end(), [](const auto& event) { return event.at("progress") == 50; }),
            1)
      << events;
}

}  // namespace
}  // namespace jobcast
