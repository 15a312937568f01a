#pragma once

#include <filesystem>
#include <memory>

#include "figures.hpp"

namespace jobcast::bench {

/// One progress report, saved by the shortest way: the store's schema, prepared statements, WAL, synchronous=FULL.
class BareCommit {
 public:
  /// @param file  of a new database
  explicit BareCommit(const std::filesystem::path& file);
  ~BareCommit();
  BareCommit(const BareCommit&) = delete;
  BareCommit& operator=(const BareCommit&) = delete;

  /// Commits one report; how long it took.
  SteadyClock::duration run();

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace jobcast::bench
