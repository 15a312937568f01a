#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

namespace jobcast::push {

/// How long the last attempts that completed took, and how long the progress of each stood still at most. Attempts
/// that failed or were cancelled say nothing of how long the work takes: one that hung until its timeout would make
/// the next one that hangs look usual.
class KindHistory {
 public:
  using Span = std::chrono::steady_clock::duration;
  static constexpr std::size_t attempts = 32;

  /// @param longest_gap  the longest time between two changes of its progress, its start and its end included;
  ///                     nothing where not all of the attempt was seen
  void add(Span duration, std::optional<Span> longest_gap);

  /// Of the durations; nothing where no attempt has completed.
  [[nodiscard]] std::optional<Span> mean() const { return mean_; }

  /// Of all attempts. Where no attempt was seen whole, the longest duration, which no gap can exceed.
  [[nodiscard]] std::optional<Span> longest_gap() const { return longest_gap_; }

 private:
  /// The last values, the oldest overwritten first.
  struct Ring {
    void add(Span value);
    [[nodiscard]] std::span<const Span> all() const { return {values.data(), size}; }

    std::array<Span, attempts> values{};
    std::size_t size = 0;
    std::size_t next = 0;
  };

  Ring durations_;
  Ring gaps_;
  std::optional<Span> mean_;  ///< kept, since they are asked for far more often than anything is added
  std::optional<Span> longest_gap_;
};

}  // namespace jobcast::push
