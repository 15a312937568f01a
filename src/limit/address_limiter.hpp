#pragma once

#include <array>
#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace jobcast::limit {

/// How fast something may happen: `per_second` on the average, up to `burst` at once.
struct Rate {
  double per_second = 0;  ///< 0: no limit
  double burst = 0;
};

/// A token bucket kept as the one moment at which it is full again (the generic cell rate algorithm). Pure.
/// @param full_at  the bucket, in nanoseconds of a steady clock; 0 for a new one
/// @param now      the present in the same unit
/// @return  the bucket after taking a token, and how long to wait where there is none (then nothing is taken)
struct BucketStep {
  std::int64_t full_at = 0;
  std::chrono::nanoseconds wait{0};
};
BucketStep take_token(std::int64_t full_at, const Rate& rate, std::int64_t now);

/// What one client address may do: requests a second, and connections at once. The table has a fixed size, so that a
/// million addresses cost what one costs; where a neighbourhood of it is full, addresses share a place. Callable
/// from any thread, without locks. IPv6 addresses count by their /64, which is what one client has.
class AddressLimiter {
 public:
  struct Options {
    Rate requests;
    std::uint64_t connections = 0;  ///< 0: no limit
  };

  explicit AddressLimiter(Options options);

  /// Takes a request's token. Zero: go on; else how long the client should wait.
  std::chrono::nanoseconds take_request(const boost::asio::ip::address& address,
                                        std::chrono::steady_clock::time_point now);

  /// Counts a connection while the permit lives; null where the address has as many as it may. The limiter must
  /// outlive the permits.
  std::shared_ptr<void> admit_connection(const boost::asio::ip::address& address,
                                         std::chrono::steady_clock::time_point now);

 private:
  struct Place {
    std::atomic<std::uint64_t> key{0};     ///< of the address; 0: never used
    std::atomic<std::int64_t> full_at{0};  ///< the request bucket
    std::atomic<std::uint32_t> connections{0};
  };

  Place& place_of(const boost::asio::ip::address& address, std::int64_t now);

  Options options_;
  std::uint64_t seed_;  ///< so that nobody can choose addresses that share a place
  std::unique_ptr<Place[]> places_;
};

}  // namespace jobcast::limit
