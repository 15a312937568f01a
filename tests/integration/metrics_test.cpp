#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/server_process.hpp"
#include "support/sse_client.hpp"

namespace jobcast {
namespace {

class MetricsTest : public ::testing::Test {
 protected:
  /// The number behind a name (with its labels) in /metrics; -1 where there is none.
  double value(const std::string& name) {
    const auto text = HttpClient(server_.port()).get("/metrics").body;
    const auto at = text.find('\n' + name + ' ');
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }

  ServerProcess server_;
};

TEST_F(MetricsTest, TellHowLongJobsWaitAndRunAndHowSoonTheyAreSeen) {
  for (const auto* name : {"jobcast_queue_wait_seconds_count", "jobcast_job_duration_seconds_count",
                           "jobcast_commit_to_socket_seconds_count"}) {
    EXPECT_EQ(value(name), 0) << name;
  }
  const std::string id = make_external_job(server_.port(), "a.bin").at("id");
  SseClient stream(server_.port(), "/api/sse?id=" + id);
  stream.next("status");
  patch_job(server_.port(), id, {{"status", "processing"}});
  patch_job(server_.port(), id, {{"status", "completed"}});
  stream.rest();
  EXPECT_EQ(value("jobcast_queue_wait_seconds_count"), 1);
  EXPECT_EQ(value("jobcast_queue_wait_seconds_bucket{le=\"14400\"}"), 1);
  EXPECT_EQ(value("jobcast_job_duration_seconds_count"), 1);
  EXPECT_GE(value("jobcast_commit_seconds_count"), 3);
  EXPECT_GT(value("jobcast_commit_seconds_sum"), 0);
  EXPECT_TRUE(eventually([&] { return value("jobcast_commit_to_socket_seconds_count") == 2; }));
}

TEST_F(MetricsTest, TellHowSoonADashboardSees) {
  SseClient deltas(server_.port(), "/api/sse/admin?updates=delta");
  deltas.next("status_update");
  make_external_job(server_.port(), "a.bin");
  deltas.next("job");
  EXPECT_TRUE(eventually([&] { return value("jobcast_commit_to_socket_seconds_count") == 1; }));
}

}  // namespace
}  // namespace jobcast
