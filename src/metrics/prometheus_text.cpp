#include "metrics/prometheus_text.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace jobcast::metrics {
namespace {

prometheus::MetricFamily family_of(const Metric& metric) {
  prometheus::MetricFamily family;
  family.name = metric.name;
  family.help = metric.help;
  family.type = metric.kind == MetricKind::gauge ? prometheus::MetricType::Gauge : prometheus::MetricType::Counter;
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
