#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace jobcast {

/// The kinds of which no job starts now. No locks: the owner has one.
class PausedKinds {
 public:
  explicit PausedKinds(const std::vector<std::string>& paused) : kinds_(paused.begin(), paused.end()) {}

  void set(std::string_view kind, bool paused) {
    if (paused) {
      kinds_.emplace(kind);
    } else if (const auto found = kinds_.find(kind); found != kinds_.end()) {
      kinds_.erase(found);
    }
  }

  [[nodiscard]] bool contains(std::string_view kind) const { return kinds_.find(kind) != kinds_.end(); }

 private:
  std::set<std::string, std::less<>> kinds_;
};

}  // namespace jobcast
