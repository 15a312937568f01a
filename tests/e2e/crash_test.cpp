#include <algorithm>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

#include "support/eventually.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

constexpr int crashes = 4;
constexpr int publishers = 3;
constexpr int uploads_before_crash = 25;
constexpr int external_jobs = 3;

/// What clients were told, across all crashes.
class Acknowledged {
 public:
  void add(std::string id) {
    const std::lock_guard lock(mutex_);
    ids_.push_back(std::move(id));
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return ids_.size();
  }
  [[nodiscard]] std::vector<std::string> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> ids_;
};

/// Uploads one file after another until the server is gone.
void upload_until_crash(std::uint16_t port, int number, Acknowledged& uploads) {
  try {
    for (int i = 0; i < 100'000; ++i) {
      const auto name = "upload-" + std::to_string(number) + ".txt";
      uploads.add(upload(port, name, "some text to read " + std::to_string(i)).at("id"));
    }
  } catch (const std::runtime_error&) {
    // The server is killed while this waits for an answer.
  }
}

/// Reports one external job's progress until the server is gone. Every acknowledged report is added to `seqs`.
void report_until_crash(std::uint16_t port, const std::string& id, std::vector<std::int64_t>& seqs) {
  try {
    for (int i = 0; i < 100'000; ++i) {
      const nlohmann::json report = {{"message", "report " + std::to_string(seqs.size())}};
      seqs.push_back(patch_job(port, id, report).at("seq"));
    }
  } catch (const std::runtime_error&) {
    // As above.
  }
}

/// Watches one job as EventSource does: resumes by its last id whenever the stream is cut. Checks the order.
class Follower {
 public:
  explicit Follower(std::string id) : id_(std::move(id)) {}

  /// Reads until the stream is cut, or ends for good.
  void follow(std::uint16_t port) {
    try {
      SseClient::Options options;
      if (last_ > 0) options.last_event_id = last_;
      SseClient stream(port, "/api/sse?id=" + id_, options);
      while (const auto event = stream.next()) take(*event);
    } catch (const std::runtime_error&) {
      // Cut before its head.
    }
  }

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
  std::vector<std::int64_t> seen_;
};

class CrashTest : public ::testing::Test {
 protected:
  /// Uploads, reports and followers at work; then the server dies in the midst of it.
  void work_until_crash() {
    std::vector<std::thread> threads;
    for (int i = 0; i < publishers; ++i) {
      threads.emplace_back([this, i] { upload_until_crash(server_.port(), i, uploads_); });
    }
    for (std::size_t i = 0; i < externals_.size(); ++i) {
      threads.emplace_back([this, i] { report_until_crash(server_.port(), externals_[i], reports_[i]); });
      threads.emplace_back([this, i] { followers_[i].follow(server_.port()); });
    }
    const auto enough = uploads_.size() + uploads_before_crash;
    EXPECT_TRUE(eventually([&] { return uploads_.size() >= enough; }));
    server_.kill();
    for (auto& thread : threads) thread.join();
  }

  void make_externals() {
    for (int i = 0; i < external_jobs; ++i) {
      externals_.push_back(make_external_job(server_.port(), "external-" + std::to_string(i)).at("id"));
      patch_job(server_.port(), externals_.back(), {{"status", "processing"}});
      followers_.emplace_back(externals_.back());
    }
    reports_.resize(externals_.size());
  }

  ServerProcess server_{"[work]\nprogress_per_second = 0\n"};
  Acknowledged uploads_;
  std::vector<std::string> externals_;
  std::vector<std::vector<std::int64_t>> reports_;
  std::vector<Follower> followers_;
};

TEST_F(CrashTest, KeepsEverythingThatWasAcknowledged) {
  make_externals();
  for (int i = 0; i < crashes; ++i) {
    work_until_crash();
    server_.start_again();
  }
  HttpClient client(server_.port());
  for (std::size_t i = 0; i < externals_.size(); ++i) {
    // An external job's runner is elsewhere: the crash does not touch its state.
    EXPECT_EQ(client.get("/api/jobs/" + externals_[i]).json().at("job").at("status"), "processing");
    const auto end = patch_job(server_.port(), externals_[i], {{"status", "completed"}}).at("seq").get<std::int64_t>();
    followers_[i].follow(server_.port());
    EXPECT_EQ(followers_[i].times_finished(), 1);
    const auto& seen = followers_[i].seen();
    EXPECT_EQ(seen.back(), end);
    for (const auto seq : reports_[i]) {
      EXPECT_TRUE(std::binary_search(seen.begin(), seen.end(), seq)) << "report " << seq << " was never seen";
    }
  }

  const auto ids = uploads_.ids();
  EXPECT_GE(ids.size(), static_cast<std::size_t>(crashes * uploads_before_crash));
  for (const auto& id : ids) {
    Follower follower(id);
    follower.follow(server_.port());
    EXPECT_EQ(follower.times_finished(), 1) << id;
    const auto events = client.get("/api/jobs/" + id + "/events").json().at("events");
    EXPECT_EQ(std::count_if(events.begin(), events.end(),
                            [](const auto& event) { return event.at("status") == "completed"; }),
              1)
        << events;
    EXPECT_TRUE(client.get("/api/jobs/" + id + "/result").body.starts_with("some text to read "));
  }
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
