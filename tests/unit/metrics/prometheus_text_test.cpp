#include "metrics/prometheus_text.hpp"

#include <gmock/gmock.h>

namespace jobcast::metrics {
namespace {

using testing::HasSubstr;

TEST(PrometheusTextTest, WritesGaugesAndCounters) {
  const auto text = prometheus_text({
      {"jobcast_streams", "Open streams.", MetricKind::gauge, "stream", {{"job", 2}, {"admin", 0}}},
      {"jobcast_events_total", "Events committed.", MetricKind::counter, "", {{"", 17}}},
  });
  EXPECT_EQ(text,
            "# HELP jobcast_streams Open streams.\n"
            "# TYPE jobcast_streams gauge\n"
            "jobcast_streams{stream=\"job\"} 2\n"
            "jobcast_streams{stream=\"admin\"} 0\n"
            "# HELP jobcast_events_total Events committed.\n"
            "# TYPE jobcast_events_total counter\n"
            "jobcast_events_total 17\n");
}

TEST(PrometheusTextTest, EscapesLabelValues) {
  const auto text = prometheus_text({{"jobcast_a", "A.", MetricKind::gauge, "kind", {{"a\"b\\c\nd", 1}}}});
  EXPECT_THAT(text, HasSubstr("jobcast_a{kind=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(PrometheusTextTest, WritesLargeNumbersExactly) {
  const auto text = prometheus_text({{"jobcast_a", "A.", MetricKind::gauge, "", {{"", 1'795'466'580'123.0}}}});
  EXPECT_THAT(text, HasSubstr("jobcast_a 1795466580123\n"));
}

TEST(PrometheusTextTest, WritesHistograms) {
  Metric times{"jobcast_times_seconds", "Times.", MetricKind::histogram, "", {}};
  times.histogram = {{0.5, 2}, {1, 3}, 4, 12.25};
  EXPECT_EQ(prometheus_text({times}),
            "# HELP jobcast_times_seconds Times.\n"
            "# TYPE jobcast_times_seconds histogram\n"
            "jobcast_times_seconds_count 4\n"
            "jobcast_times_seconds_sum 12.25\n"
            "jobcast_times_seconds_bucket{le=\"0.5\"} 1\n"
            "jobcast_times_seconds_bucket{le=\"2\"} 3\n"
            "jobcast_times_seconds_bucket{le=\"+Inf\"} 4\n");
}

TEST(PrometheusTextTest, WritesNothingOfNothing) {
  EXPECT_EQ(prometheus_text({}), "");
}

}  // namespace
}  // namespace jobcast::metrics
