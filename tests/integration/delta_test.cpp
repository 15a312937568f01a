#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <random>

#include "support/eventually.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

using nlohmann::json;

/// What a dashboard makes of the delta stream: the newest jobs, newest first, and the summary.
class DeltaList {
 public:
  DeltaList(const json& opening, std::size_t limit)
      : limit_(limit), jobs_(opening.at("jobs").begin(), opening.at("jobs").end()), summary_(opening.at("summary")) {}

  void take(const json& event) {
    summary_ = event.at("summary");
    if (event.at("type") == "job_deleted") {
      std::erase_if(jobs_, [&](const json& job) { return job.at("id") == event.at("id"); });
      return;
    }
    const auto& job = event.at("job");
    const auto known = std::ranges::find(jobs_, job.at("id"), [](const json& one) { return one.at("id"); });
    if (known != jobs_.end()) {
      *known = job;
    } else if (jobs_.empty() || job.at("created_at") > jobs_.front().at("created_at")) {
      jobs_.insert(jobs_.begin(), job);
      if (jobs_.size() > limit_) jobs_.pop_back();
    }  // else an older one, which the list does not reach
  }

  [[nodiscard]] json jobs() const { return jobs_; }
  [[nodiscard]] const json& summary() const { return summary_; }

 private:
  std::size_t limit_;
  std::vector<json> jobs_;
  json summary_;
};

/// Jobs of outside workers that are made, run, ended, run again and deleted at random.
class RandomWork {
 public:
  explicit RandomWork(std::uint16_t port) : port_(port), client_(port) {}

  void make() {
    ids_.push_back(make_external_job(port_, "job-" + std::to_string(ids_.size()) + ".bin").at("id"));
    // So that each has a created_at of its own.
    const auto made = now_ms();
    eventually([made] { return now_ms() > made; });
  }

  /// @param may_delete  where the list is cut, a job that leaves it lets one in that deltas do not tell of
  void step(bool may_delete) {
    const auto action = random_() % 6;
    if (action == 0 || ids_.empty()) return make();
    const auto at = random_() % ids_.size();
    const auto path = "/api/jobs/" + ids_[at];
    switch (action) {
      case 1:
        patch(path, {{"status", "processing"}});
        break;
      case 2:
        patch(path, {{"progress", random_() % 100}, {"message", "so far"}});
        break;
      case 3:
        patch(path, {{"status", random_() % 2 == 0 ? "completed" : "failed"}});
        break;
      case 4:
        client_.request("POST", path + (random_() % 2 == 0 ? "/retry" : "/cancel"));
        break;
      default:
        if (may_delete && client_.request("DELETE", path).status == 204)
          ids_.erase(ids_.begin() + static_cast<long>(at));
    }
  }

  /// The number of the last event of all.
  std::int64_t finish() { return make_external_job(port_, "last.bin").at("seq").get<std::int64_t>(); }

 private:
  void patch(const std::string& path, const json& changes) {
    client_.request("PATCH", path, {{"Content-Type", "application/json"}}, changes.dump());
  }

  static std::int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(now).count();
  }

  std::uint16_t port_;
  HttpClient client_;
  std::vector<std::string> ids_;
  std::minstd_rand random_{20261126};
};

/// @param limit   of the dashboard's list
/// @param before  jobs that are there before the streams open
void expect_same_list(std::size_t limit, int before, bool may_delete) {
  const ServerProcess server("[work]\nprogress_per_second = 0\n");
  RandomWork work(server.port());
  for (int i = 0; i < before; ++i) work.make();
  const auto target = "/api/sse/admin?limit=" + std::to_string(limit);
  SseClient deltas(server.port(), target + "&updates=delta");
  DeltaList list(deltas.next("status_update").json(), limit);
  for (int i = 0; i < 400; ++i) work.step(may_delete);
  const auto last = work.finish();
  for (std::int64_t seq = 0; seq < last;) {
    const auto event = deltas.next("job");
    ASSERT_GT(*event.id, seq);
    seq = *event.id;
    list.take(event.json());
  }
  const auto snapshot = SseClient(server.port(), target).next("status_update");
  EXPECT_EQ(snapshot.id, last);
  EXPECT_EQ(list.summary(), snapshot.json().at("summary"));
  EXPECT_EQ(list.jobs(), snapshot.json().at("jobs"));
}

TEST(DeltaTest, RebuildsTheWholeListOfASnapshot) {
  expect_same_list(500, 3, /*may_delete=*/true);
}

TEST(DeltaTest, RebuildsAListThatIsCut) {
  expect_same_list(10, 25, /*may_delete=*/false);
}

}  // namespace
}  // namespace jobcast
