#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>

#include "support/eventually.hpp"
#include "support/http_client.hpp"
#include "support/server_process.hpp"

namespace jobcast {
namespace {

constexpr int clients = 16;
constexpr int uploads_each = 125;

/// What 16 clients together were told.
struct Acknowledged {
  std::mutex mutex;
  std::set<std::string> ids;
  std::atomic<int> refused{0};
};

void upload_many(std::uint16_t port, int client_number, Acknowledged& acknowledged) {
  HttpClient client(port);
  for (int i = 0; i < uploads_each; ++i) {
    const auto name = std::to_string(client_number) + '-' + std::to_string(i) + ".txt";
    const auto form = Form().file(name, "the text of " + name).body();
    const auto response = client.request("POST", "/api/jobs", Form::headers(), form);
    if (response.status != 202) {
      ++acknowledged.refused;
      continue;
    }
    const std::lock_guard lock(acknowledged.mutex);
    acknowledged.ids.insert(response.json().at("job").at("id").get<std::string>());
  }
}

nlohmann::json summary(HttpClient& client) {
  return client.get("/api/background-process?action=status&limit=1").json().at("summary");
}

TEST(CrowdTest, CompletesEveryAcknowledgedUploadOnce) {
  ServerProcess server;
  Acknowledged acknowledged;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] { EXPECT_NO_THROW(upload_many(server.port(), i, acknowledged)); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(acknowledged.refused, 0);
  EXPECT_EQ(acknowledged.ids.size(), static_cast<std::size_t>(clients * uploads_each));

  HttpClient client(server.port());
  ASSERT_TRUE(eventually([&] { return summary(client).at("completed_jobs") == clients * uploads_each; }));
  EXPECT_EQ(summary(client).at("total_jobs"), clients * uploads_each);
  for (const auto& id : acknowledged.ids) {
    const auto events = client.get("/api/jobs/" + id + "/events").json().at("events");
    const auto ends = std::count_if(events.begin(), events.end(),
                                    [](const auto& event) { return event.at("status") == "completed"; });
    EXPECT_EQ(ends, 1) << events;
    EXPECT_EQ(events.back().at("attempt"), 1) << events;
    const auto text = client.get("/api/jobs/" + id + "/result").body;
    EXPECT_TRUE(text.starts_with("the text of ")) << text;
  }
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace jobcast
