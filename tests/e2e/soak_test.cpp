// Streams that open, leave, stall and resume at random while jobs move on: each watcher compares what it saw with the
// log. 20 seconds, or JOBCAST_SOAK_SECONDS.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/eventually.hpp"
#include "support/process_usage.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using Random = std::mt19937;

constexpr std::size_t publishers = 6;
constexpr std::size_t watchers = 120;
constexpr int reports_a_job = 40;
constexpr std::size_t large_message_bytes = 4'000;
constexpr double mib = 1024 * 1024;

std::chrono::seconds soak_time() {
  const char* const seconds = std::getenv("JOBCAST_SOAK_SECONDS");
  return std::chrono::seconds(seconds == nullptr ? 20 : std::atoi(seconds));
}

std::size_t pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

std::chrono::milliseconds time_between(Random& random, std::size_t low, std::size_t high) {
  return std::chrono::milliseconds(low + pick(random, high - low));
}

struct WatchedJob {
  std::string id;
  std::string filename;
  bool large = false;  ///< so much that reports to a client which stalls are merged
};

/// What the threads share.
struct Stage {
  explicit Stage(std::uint16_t server_port) : port(server_port) {}

  std::uint16_t port;
  std::atomic<bool> over{false};
  std::mutex mutex;
  std::vector<WatchedJob> running{publishers};  ///< guarded by mutex; no id: none yet
  std::atomic<std::size_t> jobs{0};
  std::atomic<std::size_t> verified{0};
  std::atomic<std::size_t> resumed{0};
  std::atomic<std::size_t> stalls{0};
  std::atomic<std::size_t> events{0};

  WatchedJob any_running(Random& random) {
    const std::lock_guard lock(mutex);
    return running[pick(random, running.size())];
  }
};

/// Runs one external job after another, as their worker.
void publish(Stage& stage, std::size_t number) {
  Random random(static_cast<Random::result_type>(number));
  while (!stage.over) {
    WatchedJob job;
    job.filename = "soak-" + std::to_string(stage.jobs++) + ".bin";
    job.large = pick(random, 3) == 0;
    job.id = make_external_job(stage.port, job.filename).at("id");
    {
      const std::lock_guard lock(stage.mutex);
      stage.running[number] = job;
    }
    patch_job(stage.port, job.id, {{"status", "processing"}});
    for (int report = 0; report < reports_a_job && !stage.over; ++report) {
      const auto bytes = job.large ? large_message_bytes : 1 + pick(random, 60);
      patch_job(stage.port, job.id, {{"progress", report}, {"message", std::string(bytes, 'm')}});
      std::this_thread::sleep_for(time_between(random, 2, 30));
    }
    patch_job(stage.port, job.id, {{"status", pick(random, 4) == 0 ? "cancelled" : "completed"}});
  }
}

/// Follows one job after another and checks each that it followed to its end.
class Watcher {
 public:
  Watcher(Stage& stage, std::size_t number) : stage_(stage), random_(1000 + static_cast<unsigned>(number)) {}

  void run() {
    while (!stage_.over) {
      job_ = stage_.any_running(random_);
      if (job_.id.empty()) {
        std::this_thread::sleep_for(10ms);
        continue;
      }
      seen_.clear();
      if (follow()) verify();
    }
  }

 private:
  /// True where the job was seen to its end; false where the watcher lost interest.
  bool follow() {
    std::optional<std::int64_t> last_id;
    while (true) {
      SseClient::Options options;
      options.last_event_id = last_id;
      if (pick(random_, 3) == 0) options.receive_bytes = 4096;
      const auto query = pick(random_, 2) == 0 ? "id=" + job_.id : "filename=" + job_.filename;
      SseClient client(stage_.port, "/api/sse?" + query, options);
      if (client.response().status == 204) return true;
      if (client.response().status != 200) {
        ADD_FAILURE() << "a stream was answered " << client.response().status;
        return false;
      }
      const auto end = read(client);
      if (end == End::finished) return true;
      if (end == End::bored) return false;
      if (client.last_id() > 0) last_id = client.last_id();
      ++stage_.resumed;
    }
  }

  enum class End : std::uint8_t { finished, cut, bored };

  End read(SseClient& client) {
    bool finished = false;
    while (const auto event = client.next()) {
      if (event->name == "gap") ADD_FAILURE() << "a gap, though the log is whole";
      if (event->name == "status") take(*event->id);
      finished = finished || event->name == "finished";
      if (finished) continue;  // up to the end of the stream
      if (pick(random_, 40) == 0) return End::cut;
      if (pick(random_, 300) == 0) return End::bored;
      if (pick(random_, 60) == 0) stall();
    }
    return finished ? End::finished : End::cut;
  }

  void take(std::int64_t seq) {
    ++stage_.events;
    if (!seen_.empty() && seq <= seen_.back()) {
      ADD_FAILURE() << job_.id << ": " << seq << " after " << seen_.back();
    }
    seen_.push_back(seq);
  }

  void stall() {
    ++stage_.stalls;
    std::this_thread::sleep_for(time_between(random_, 100, 2'000));
  }

  /// From the first event on, all were seen; only reports of progress may have been merged for want of room.
  void verify() {
    if (seen_.empty()) return;
    const auto log = HttpClient(stage_.port).get("/api/jobs/" + job_.id + "/events").json().at("events");
    const std::set<std::int64_t> seen(seen_.begin(), seen_.end());
    std::string before;
    std::size_t known = 0;
    for (const auto& event : log) {
      const auto seq = event.at("seq").get<std::int64_t>();
      const auto status = event.at("status").get<std::string>();
      const bool moved = status != std::exchange(before, status);
      known += seen.count(seq);
      if (seq < seen_.front() || seen.contains(seq)) continue;
      const bool may_be_merged = !moved && job_.large;
      if (!may_be_merged) ADD_FAILURE() << job_.id << ": " << seq << " (" << status << ") was lost";
    }
    if (known != seen.size()) ADD_FAILURE() << job_.id << ": what was seen is not in the log";
    ++stage_.verified;
  }

  Stage& stage_;
  Random random_;
  WatchedJob job_;
  std::vector<std::int64_t> seen_;
};

/// What the process holds.
struct Holdings {
  double memory_mib = 0;  ///< of its own (anonymous)
  std::ptrdiff_t descriptors = 0;
  double processor_seconds = 0;
};

Holdings holdings_of(const ServerProcess& server) {
  Holdings holdings;
  holdings.memory_mib = own_memory_bytes_of(server.pid()) / mib;
  holdings.descriptors = std::distance(std::filesystem::directory_iterator(process_directory(server.pid()) / "fd"), {});
  holdings.processor_seconds = processor_seconds_of(server.pid());
  return holdings;
}

void print(const char* when, const Holdings& holdings, const Stage& stage) {
  std::printf("%s: %.1f MiB, %td descriptors, %zu jobs, %zu events seen, %zu jobs verified, %zu resumes, %zu stalls\n",
              when, holdings.memory_mib, holdings.descriptors, stage.jobs.load(), stage.events.load(),
              stage.verified.load(), stage.resumed.load(), stage.stalls.load());
  std::fflush(stdout);
}

TEST(SoakTest, NothingIsLostDoubledOrLeftBehind) {
  ServerProcess server("[work]\nprogress_per_second = 0\n");
  const auto at_first = holdings_of(server);
  Stage stage(server.port());
  std::vector<std::thread> threads;
  const auto start = [&](auto&& work) {
    threads.emplace_back([&stage, work] {
      EXPECT_NO_THROW(work());
      if (testing::Test::HasFailure()) stage.over = true;
    });
  };
  for (std::size_t i = 0; i < publishers; ++i) start([&stage, i] { publish(stage, i); });
  for (std::size_t i = 0; i < watchers; ++i) start([&stage, i] { Watcher(stage, i).run(); });

  const auto end = std::chrono::steady_clock::now() + soak_time();
  Holdings half_way;
  for (int tenth = 1; tenth <= 10 && !stage.over; ++tenth) {
    std::this_thread::sleep_until(end - soak_time() * (10 - tenth) / 10);
    const auto now = holdings_of(server);
    print(("after " + std::to_string(tenth * 10) + " %").c_str(), now, stage);
    if (tenth == 5) half_way = now;
    if (tenth > 5) {
      EXPECT_LT(now.memory_mib, half_way.memory_mib * 1.25 + 8);
    }
  }
  stage.over = true;
  for (auto& thread : threads) thread.join();

  EXPECT_GT(stage.verified.load(), 0U);
  const auto all_left = [&] { return holdings_of(server).descriptors <= at_first.descriptors; };
  EXPECT_TRUE(eventually(all_left)) << holdings_of(server).descriptors << " descriptors, " << at_first.descriptors
                                    << " at first";
  const auto before = holdings_of(server);
  std::this_thread::sleep_for(2s);
  const auto after = holdings_of(server);
  print("when all have left", after, stage);
  EXPECT_LT(after.processor_seconds - before.processor_seconds, 0.1) << "nobody is there, and still it works";
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace jobcast
