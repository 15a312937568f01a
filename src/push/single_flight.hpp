#pragma once

#include <map>
#include <utility>
#include <vector>

namespace jobcast::push {

/// Lets all who ask the same question at the same time share an answer, which is never older than the question: who
/// asks while a flight is under way waits for the next one, together with all others who do. One thread.
template <class Key, class Passenger>
class SingleFlight {
 public:
  struct Landing {
    std::vector<Passenger> passengers;  ///< whose answer this is
    bool ask_again = false;             ///< others wait: the caller asks for them, and then calls land() again
  };

  /// True: no flight is under way, so the caller asks, and then calls land().
  bool board(const Key& key, Passenger passenger) {
    const auto [flight, is_first] = flights_.try_emplace(key);
    auto& waiting = is_first ? flight->second.under_way : flight->second.next;
    waiting.push_back(std::move(passenger));
    return is_first;
  }

  Landing land(const Key& key) {
    const auto found = flights_.find(key);
    if (found == flights_.end()) return {};
    auto& flight = found->second;
    Landing landing{std::exchange(flight.under_way, std::exchange(flight.next, {})), false};
    landing.ask_again = !flight.under_way.empty();
    if (!landing.ask_again) flights_.erase(found);
    return landing;
  }

 private:
  struct Flight {
    std::vector<Passenger> under_way;
    std::vector<Passenger> next;
  };

  std::map<Key, Flight> flights_;
};

}  // namespace jobcast::push
