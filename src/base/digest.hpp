#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jobcast {

/// 256 bits of SHA-256 or of an HMAC with it.
using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104).
Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view bytes);

/// Takes the same time wherever the two differ.
bool equal_in_constant_time(const Digest& left, const Digest& right);

/// 64 lower-case hexadecimal digits.
std::string to_hex(const Digest& digest);

/// Reads what to_hex() wrote; nothing for any other text.
std::optional<Digest> parse_digest(std::string_view hex);

}  // namespace jobcast
