#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/histogram.hpp"

namespace jobcast::metrics {

enum class MetricKind : std::uint8_t { gauge, counter, histogram };

/// One metric with its present values, by the value of one label ("" where it has none).
struct Metric {
  std::string name;  ///< begins with jobcast_
  std::string help;
  MetricKind kind = MetricKind::gauge;
  std::string label;  ///< the label's name
  std::vector<std::pair<std::string, double>> values;
  Histogram::State histogram{};  ///< instead of values, where it is one
};

/// The metrics in the Prometheus text format, version 0.0.4.
std::string prometheus_text(const std::vector<Metric>& metrics);

}  // namespace jobcast::metrics
