#pragma once

#include <span>
#include <vector>

namespace jobcast::push {

/// Places in which jobs run side by side, with what is left of the jobs that run there. A fluid picture: it knows
/// how much work fits in by a time, not which job goes where.
class Lanes {
 public:
  Lanes() = default;

  /// @param busy_seconds  for each lane, until it is free; 0 for one that is
  /// @param weight        how many lanes each of them stands for
  explicit Lanes(std::vector<double> busy_seconds, double weight = 1);

  /// How much work, in seconds, is done in these lanes after the jobs that run there now, up to `seconds` from now.
  [[nodiscard]] double capacity(double seconds) const;

  /// When the first and the last of them is free.
  [[nodiscard]] double first_free() const { return busy_.empty() ? 0 : busy_.front(); }
  [[nodiscard]] double last_free() const { return busy_.empty() ? 0 : busy_.back(); }
  [[nodiscard]] double count() const { return static_cast<double>(busy_.size()) * weight_; }

 private:
  std::vector<double> busy_;  ///< ascending
  std::vector<double> sums_;  ///< of the first 1, 2, … of them
  double weight_ = 1;
};

/// Jobs that start before another.
struct Demand {
  double work_seconds = 0;
  double lanes = 0;  ///< in how many of the lanes they can run at once
};

/// In how many seconds a lane is free for whoever comes after all of these.
double wait_seconds(const Lanes& lanes, std::span<const Demand> before);

}  // namespace jobcast::push
