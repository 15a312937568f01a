#include "metrics/prometheus_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace jobcast::metrics {
namespace {

prometheus::MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::gauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::counter:
      return prometheus::MetricType::Counter;
    case MetricKind::histogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

prometheus::ClientMetric histogram_of(const Histogram::State& state) {
  prometheus::ClientMetric value;
  value.histogram.sample_count = state.count;
  value.histogram.sample_sum = state.sum_seconds;
  for (std::size_t i = 0; i < state.bounds.size(); ++i) {
    value.histogram.bucket.push_back({state.cumulative[i], state.bounds[i]});
  }
  return value;
}

prometheus::MetricFamily family_of(const Metric& metric) {
  prometheus::MetricFamily family;
  family.name = metric.name;
  family.help = metric.help;
  family.type = type_of(metric.kind);
  if (metric.kind == MetricKind::histogram) family.metric.push_back(histogram_of(metric.histogram));
  for (const auto& [label, number] : metric.values) {
    prometheus::ClientMetric value;
    if (!metric.label.empty()) value.label.push_back({metric.label, label});
    value.gauge.value = number;
    value.counter.value = number;
    family.metric.push_back(std::move(value));
  }
  return family;
}

}  // namespace

std::string prometheus_text(const std::vector<Metric>& metrics) {
  std::vector<prometheus::MetricFamily> families;
  families.reserve(metrics.size());
  for (const auto& metric : metrics) families.push_back(family_of(metric));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace jobcast::metrics
