#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace jobcast {

/// The public name of a job: a ULID (128 bits, written as 26 characters of Crockford's base 32).
/// A value type; ordering is by time of creation, to the microsecond (see base/ids.hpp).
class JobId {
 public:
  static constexpr std::size_t text_length = 26;
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr JobId() = default;
  constexpr explicit JobId(const Bytes& bytes) : bytes_(bytes) {}

  /// Reads the canonical upper-case form. Nothing for any other text, lower case included:
  /// an id has one spelling, so that it can be compared as text everywhere.
  static std::optional<JobId> parse(std::string_view text);

  /// The canonical form, always 26 characters.
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] constexpr const Bytes& bytes() const { return bytes_; }

  friend constexpr auto operator<=>(const JobId&, const JobId&) = default;

 private:
  Bytes bytes_{};
};

}  // namespace jobcast

template <>
struct std::hash<jobcast::JobId> {
  std::size_t operator()(const jobcast::JobId& id) const noexcept {
    // The last 8 bytes of a ULID are random: they are a hash already.
    std::size_t value = 0;
    std::memcpy(&value, id.bytes().data() + 8, sizeof value);
    return value;
  }
};
