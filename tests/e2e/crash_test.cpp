#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "support/eventually.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

constexpr int crashes = 50;
constexpr auto shortest_life = std::chrono::milliseconds(20);
constexpr auto longest_life = std::chrono::milliseconds(400);
constexpr std::size_t watched_jobs = 12;

constexpr const char* config = R"toml(
[work]
progress_per_second = 0
workers = 4

[handlers.shell]
command = ["/bin/sh", "-c", "echo '{\"progress\":50}'; sleep 0.02; printf 'made by %s' \"$1\" > \"$2\"", "sh", "{id}", "{output}"]
)toml";

/// What clients were told, across all crashes.
class Acknowledged {
  template <class Change>
  void add(Change change) {
    const std::lock_guard lock(mutex_);
    change();
  }
  template <class Read>
  auto read(Read read) const {
    const std::lock_guard lock(mutex_);
    return read();
  }

 public:
  void made(const std::string& id) {
    add([&] { jobs_.push_back(id); });
  }
  void cancelled(const std::string& id) {
    add([&] { cancelled_.insert(id); });
  }
  void told(const std::string& id, std::int64_t seq) {
    add([&] { told_[id].push_back(seq); });
  }

  [[nodiscard]] std::vector<std::string> jobs() const {
    return read([&] { return jobs_; });
  }
  [[nodiscard]] std::set<std::string> cancelled() const {
    return read([&] { return cancelled_; });
  }
  [[nodiscard]] std::map<std::string, std::vector<std::int64_t>> told() const {
    return read([&] { return told_; });
  }

  /// Any of the jobs, by a number; nothing while there is none.
  [[nodiscard]] std::optional<std::string> any(std::size_t number) const {
    return read([&] { return jobs_.empty() ? std::nullopt : std::optional(jobs_[number % jobs_.size()]); });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> jobs_;
  std::set<std::string> cancelled_;
  std::map<std::string, std::vector<std::int64_t>> told_;
};

HttpResponse post(HttpClient& client, const std::string& target, const json& body) {
  return client.request("POST", target, {{"Content-Type", "application/json"}}, body.dump());
}

/// Does something again and again until the server is gone: then what waits for an answer throws.
template <class Act>
void until_crash(std::uint16_t port, Act act) {
  try {
    HttpClient client(port);
    for (int i = 0; i < 100'000; ++i) act(client);
  } catch (const std::runtime_error&) {
    // The connection was cut.
  }
}

void upload_files(std::uint16_t port, Acknowledged& acknowledged) {
  until_crash(port, [&](HttpClient& client) {
    const auto response = client.request("POST", "/api/jobs?filename=crash.txt", {}, "some text to read");
    if (response.status == 202) acknowledged.made(response.json().at("job").at("id"));
  });
}

void make_jobs(std::uint16_t port, const std::string& kind, Acknowledged& acknowledged) {
  until_crash(port, [&](HttpClient& client) {
    const auto response = post(client, "/api/jobs", {{"filename", kind}, {"kind", kind}, {"max_retries", 100}});
    if (response.status == 202) acknowledged.made(response.json().at("job").at("id"));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
}

void cancel_jobs(std::uint16_t port, std::mt19937& random, Acknowledged& acknowledged) {
  until_crash(port, [&](HttpClient& client) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    const auto id = acknowledged.any(random());
    if (id && client.request("POST", "/api/jobs/" + *id + "/cancel").status == 202) acknowledged.cancelled(*id);
  });
}

/// A worker outside, which goes on with what it has claimed when the server is back.
class Worker {
 public:
  explicit Worker(Acknowledged& acknowledged) : acknowledged_(acknowledged) {}

  void work_until_crash(std::uint16_t port) {
    until_crash(port, [&](HttpClient& client) {
      if (claim_.is_null()) claim(client);
      if (!claim_.is_null()) finish(client);
    });
  }

  /// Works until there is nothing more to do.
  void work(HttpClient& client) {
    do {
      if (claim_.is_null()) claim(client);
      if (claim_.is_null()) return;
      finish(client);
    } while (true);
  }

 private:
  void claim(HttpClient& client) {
    const auto response =
        post(client, "/api/jobs/claim", {{"kinds", {"external"}}, {"lease_seconds", 3}, {"wait_seconds", 0.2}});
    if (response.status == 200) claim_ = response.json();
  }

  void finish(HttpClient& client) {
    for (const auto& change : {json{{"progress", 50}}, json{{"status", "completed"}, {"result", {{"n", 1}}}}}) {
      auto body = change;
      body["lease"] = claim_.at("lease");
      const auto response = client.request("PATCH", path(), {}, body.dump());
      if (response.status == 200) acknowledged_.told(id(), response.json().at("job").at("seq"));
    }
    claim_ = nullptr;
  }

  [[nodiscard]] std::string id() const { return claim_.at("job").at("id"); }
  [[nodiscard]] std::string path() const { return "/api/jobs/" + id(); }

  Acknowledged& acknowledged_;
  json claim_;
};

/// Watches one job as EventSource does: resumes by its last id whenever the stream is cut. Checks the order.
class Follower {
 public:
  explicit Follower(std::string id) : id_(std::move(id)) {}

  /// Reads until the stream is cut, or ends for good.
  void follow(std::uint16_t port) {
    if (is_over_) return;
    try {
      SseClient::Options options;
      if (last_ > 0) options.last_event_id = last_;
      SseClient stream(port, "/api/sse?id=" + id_, options);
      if (stream.response().status == 204) is_over_ = true;
      while (const auto event = stream.next()) take(*event);
    } catch (const std::runtime_error&) {
      // Cut before its head.
    }
  }

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] int times_finished() const { return finished_; }
  [[nodiscard]] const std::vector<std::int64_t>& seen() const { return seen_; }

 private:
  void take(const SseEvent& event) {
    EXPECT_NE(event.name, "gap") << event.data;
    EXPECT_NE(event.name, "error") << event.data;
    if (event.name == "finished") {
      EXPECT_EQ(event.id, last_);
      ++finished_;
    }
    if (event.name != "status") return;
    EXPECT_GT(event.id.value_or(0), last_) << "of " << id_;
    last_ = event.id.value_or(0);
    seen_.push_back(last_);
  }

  std::string id_;
  std::int64_t last_ = 0;
  int finished_ = 0;
  bool is_over_ = false;
  std::vector<std::int64_t> seen_;
};

bool is_final(const json& event) {
  const auto status = event.at("status").get<std::string>();
  return status != "pending" && status != "processing";
}

/// One final state, in which the history ends; attempts one after another, each of them told once.
void check_history(const std::string& id, const json& events) {
  ASSERT_FALSE(events.empty()) << id;
  std::int64_t last_seq = 0;
  std::int64_t attempt = 0;
  bool runs = false;
  for (const auto& event : events) {
    EXPECT_GT(event.at("seq").get<std::int64_t>(), last_seq) << events;
    last_seq = event.at("seq");
    const auto told = event.at("attempt").get<std::int64_t>();
    if (event.at("status") == "processing") {
      EXPECT_EQ(told, runs ? attempt : attempt + 1) << events;
      runs = true;
      attempt = told;
    } else {
      EXPECT_EQ(told, attempt) << events;
      runs = false;
    }
    EXPECT_EQ(is_final(event), &event == &events.back()) << events;
  }
}

std::vector<std::int64_t> seqs_of(const json& events) {
  std::vector<std::int64_t> seqs;
  for (const auto& event : events) seqs.push_back(event.at("seq"));
  return seqs;
}

class CrashTest : public ::testing::Test {
 protected:
  /// Everybody at work; then the server dies at a random moment in the midst of it.
  void work_until_crash() {
    const auto port = server_.port();
    std::vector<std::thread> threads;
    threads.emplace_back([&, port] { upload_files(port, acknowledged_); });
    threads.emplace_back([&, port] { upload_files(port, acknowledged_); });
    threads.emplace_back([&, port] { make_jobs(port, "shell", acknowledged_); });
    threads.emplace_back([&, port] { make_jobs(port, "external", acknowledged_); });
    threads.emplace_back([&, port] { cancel_jobs(port, random_, acknowledged_); });
    for (auto& worker : workers_) threads.emplace_back([&worker, port] { worker.work_until_crash(port); });
    for (auto& follower : followers_) threads.emplace_back([&follower, port] { follower.follow(port); });
    std::this_thread::sleep_for(life());
    server_.kill();
    for (auto& thread : threads) thread.join();
  }

  std::chrono::milliseconds life() {
    std::uniform_int_distribution<std::int64_t> milliseconds(shortest_life.count(), longest_life.count());
    return std::chrono::milliseconds(milliseconds(moments_));
  }

  /// Follows the job that was made last, which has hardly begun.
  void watch_newest() {
    const auto jobs = acknowledged_.jobs();
    if (!jobs.empty()) followers_.emplace_back(jobs.back());
  }

  json history_of(HttpClient& client, const std::string& id) {
    return client.get("/api/jobs/" + id + "/events").json().at("events");
  }

  ServerProcess server_{config};
  Acknowledged acknowledged_;
  std::mt19937 random_{1};
  std::mt19937 moments_{2};
  std::vector<Worker> workers_{2, Worker(acknowledged_)};
  std::vector<Follower> followers_;
};

TEST_F(CrashTest, KeepsEverythingThatWasAcknowledged) {
  for (int i = 0; i < crashes; ++i) {
    work_until_crash();
    server_.start_again();
    if (followers_.size() < watched_jobs) watch_newest();
  }
  HttpClient client(server_.port());
  const auto is_idle = [&] {
    for (auto& worker : workers_) worker.work(client);
    const auto summary = client.get("/api/background-process?action=status&limit=1").json().at("summary");
    return summary.at("pending_jobs") == 0 && summary.at("processing_jobs") == 0;
  };
  ASSERT_TRUE(eventually(is_idle, std::chrono::seconds(60)));

  const auto cancelled = acknowledged_.cancelled();
  for (const auto& id : acknowledged_.jobs()) {
    const auto job = client.get("/api/jobs/" + id).json().at("job");
    if (job.is_null()) {
      ADD_FAILURE() << id << " is lost";
      continue;
    }
    const auto events = history_of(client, id);
    check_history(id, events);
    const bool was_cancelled = job.at("status") == "cancelled";
    EXPECT_TRUE(was_cancelled || (job.at("status") == "completed" && !cancelled.contains(id))) << events;
    if (job.at("status") == "completed" && job.at("kind") != "external") {
      EXPECT_EQ(client.get("/api/jobs/" + id + "/result").status, 200);
    }
  }
  for (const auto& [id, told] : acknowledged_.told()) {
    const auto seqs = seqs_of(history_of(client, id));
    for (const auto seq : told) EXPECT_TRUE(std::binary_search(seqs.begin(), seqs.end(), seq)) << id << ' ' << seq;
  }
  for (auto& follower : followers_) {
    follower.follow(server_.port());
    EXPECT_EQ(follower.times_finished(), 1) << follower.id();
    const auto all = seqs_of(history_of(client, follower.id()));
    ASSERT_FALSE(follower.seen().empty());
    const auto first = std::find(all.begin(), all.end(), follower.seen().front());
    EXPECT_EQ(follower.seen(), std::vector<std::int64_t>(first, all.end())) << follower.id();
  }
  EXPECT_GE(acknowledged_.jobs().size(), static_cast<std::size_t>(crashes));
}

TEST_F(CrashTest, RemovesUploadsThatWereNeverAcknowledged) {
  HttpClient client(server_.port());
  client.send("POST /api/jobs?filename=half HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
  client.send(std::string(2'000'000, 'x'));
  ASSERT_TRUE(eventually([&] { return server_.count_uploads() == 1; }));
  server_.kill();
  EXPECT_EQ(server_.count_uploads(), 1U);
  server_.start_again();
  EXPECT_EQ(server_.count_uploads(), 0U);
  HttpClient again(server_.port());
  EXPECT_TRUE(again.get("/api/jobs").json().at("jobs").empty());
}

}  // namespace
}  // namespace jobcast
