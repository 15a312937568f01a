#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace jobcast {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

void check(bool done) {
  if (!done) throw std::runtime_error("OpenSSL can't compute SHA-256");
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest digest{};
  unsigned length = 0;
  check(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  return digest;
}

Digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view bytes) {
  Digest digest{};
  unsigned length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  check(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(), digest.data(), &length) !=
        nullptr);
  return digest;
}

bool equal_in_constant_time(const Digest& left, const Digest& right) {
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string to_hex(const Digest& digest) {
  std::string text;
  text.reserve(2 * digest.size());
  for (const auto byte : digest) text += {digits[byte >> 4U], digits[byte & 15U]};
  return text;
}

std::optional<Digest> parse_digest(std::string_view hex) {
  Digest digest{};
  if (hex.size() != 2 * digest.size()) return {};
  for (std::size_t i = 0; i < hex.size(); ++i) {
    const auto value = digits.find(hex[i]);
    if (value == std::string_view::npos) return {};
    digest[i / 2] = static_cast<std::uint8_t>(digest[i / 2] * 16U + value);
  }
  return digest;
}

}  // namespace jobcast
