#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace jobcast::metrics {

/// Upper bounds of buckets, in seconds: of what should take no time, and of what people wait for.
inline constexpr std::array<double, 14> short_times{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                    0.025,  0.05,    0.1,    0.25,  1,      2.5,   10};
inline constexpr std::array<double, 13> long_times{0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3600, 14'400};

/// How long something took, counted by size. From any thread; a count costs two atomic additions.
class Histogram {
 public:
  /// @param bounds  of the buckets, in seconds, rising; must outlive this
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(std::chrono::nanoseconds time);

  struct State {
    std::vector<double> bounds;             ///< in seconds
    std::vector<std::uint64_t> cumulative;  ///< as many as there are bounds: those up to it
    std::uint64_t count = 0;                ///< of all
    double sum_seconds = 0;
  };

  [[nodiscard]] State state() const;

 private:
  std::span<const double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;  ///< by bucket; the last is of what is beyond every bound
  std::atomic<std::int64_t> sum_ns_{0};
};

}  // namespace jobcast::metrics
