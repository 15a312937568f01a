#include "limit/address_limiter.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/random.hpp"

namespace jobcast::limit {
namespace {

constexpr std::size_t place_count = 1U << 14U;
constexpr std::size_t neighbourhood = 8;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33U;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33U);
}

/// The first 8 bytes of the address as IPv6; for an IPv4 address, all of it.
std::uint64_t prefix_of(const boost::asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().to_uint();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_uint();
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, v6.to_bytes().data(), sizeof prefix);
  return prefix;
}

std::int64_t nanoseconds_of(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

BucketStep take_token(std::int64_t full_at, const Rate& rate, std::int64_t now) {
  const auto token = static_cast<std::int64_t>(1e9 / rate.per_second);
  const auto depth = static_cast<std::int64_t>(1e9 * std::max(rate.burst, 1.0) / rate.per_second);
  const auto taken = std::max(full_at, now) + token;
  if (taken - now > depth) return {full_at, std::chrono::nanoseconds(taken - now - depth)};
  return {taken, std::chrono::nanoseconds(0)};
}

AddressLimiter::AddressLimiter(Options options)
    : options_(options), seed_(0), places_(std::make_unique<Place[]>(place_count)) {
  std::array<std::uint8_t, sizeof seed_> bytes{};
  fill_random(bytes);
  std::memcpy(&seed_, bytes.data(), sizeof seed_);
}

AddressLimiter::Place& AddressLimiter::place_of(const boost::asio::ip::address& address, std::int64_t now) {
  const auto key = mix(prefix_of(address) ^ seed_) | 1U;
  const auto first = static_cast<std::size_t>(key >> 32U);
  const auto place_at = [&](std::size_t i) -> Place& { return places_[(first + i) % place_count]; };
  for (std::size_t i = 0; i < neighbourhood; ++i) {
    if (place_at(i).key.load(std::memory_order_relaxed) == key) return place_at(i);
  }
  for (std::size_t i = 0; i < neighbourhood; ++i) {
    auto& place = place_at(i);
    auto former = place.key.load(std::memory_order_relaxed);
    const bool idle =
        place.connections.load(std::memory_order_relaxed) == 0 && place.full_at.load(std::memory_order_relaxed) <= now;
    if (idle && place.key.compare_exchange_strong(former, key, std::memory_order_relaxed)) return place;
  }
  return place_at(0);
}

std::chrono::nanoseconds AddressLimiter::take_request(const boost::asio::ip::address& address,
                                                      std::chrono::steady_clock::time_point time) {
  if (options_.requests.per_second <= 0) return std::chrono::nanoseconds(0);
  const auto now = nanoseconds_of(time);
  auto& bucket = place_of(address, now).full_at;
  auto full_at = bucket.load(std::memory_order_relaxed);
  while (true) {
    const auto step = take_token(full_at, options_.requests, now);
    if (step.wait.count() > 0) return step.wait;
    if (bucket.compare_exchange_weak(full_at, step.full_at, std::memory_order_relaxed)) return step.wait;
  }
}

std::shared_ptr<void> AddressLimiter::admit_connection(const boost::asio::ip::address& address,
                                                       std::chrono::steady_clock::time_point time) {
  auto& connections = place_of(address, nanoseconds_of(time)).connections;
  const auto before = connections.fetch_add(1, std::memory_order_relaxed);
  if (options_.connections > 0 && before >= options_.connections) {
    connections.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  return {&connections, [](std::atomic<std::uint32_t>* counted) { counted->fetch_sub(1, std::memory_order_relaxed); }};
}

}  // namespace jobcast::limit
