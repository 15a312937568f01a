#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "jobcast/error.hpp"
#include "jobcast/event_log.hpp"

#include "store/sqlite/job_reader.hpp"
#include "store/sqlite/statement.hpp"

namespace jobcast {

/// What EventLog's readers ask of a connection. Each runs within a transaction that the caller keeps, and throws
/// SqliteError.
class EventQueries {
 public:
  explicit EventQueries(const Connection& connection);

  Opening open(const std::vector<JobRef>& targets, std::optional<Seq> after);
  ReplayWindow replay(const ReplayQuery& query);
  /// The end of the log, at most so many events.
  RecentLog recent(std::size_t max_events);

  result<std::vector<HistoryEntry>> history(const JobId& id, Seq after, std::size_t limit);

 private:
  /// The events that a window may come from: of `jobs`, up to `through`.
  struct Sources {
    std::vector<Seq> jobs;
    Seq through = 0;
  };

  [[nodiscard]] Seq head();
  OpeningTarget open_target(const JobRef& target, std::optional<Seq> after);
  std::optional<Tombstone> tombstone_of(const JobRef& target);
  /// The number lies in a recorded range.
  [[nodiscard]] bool is_known(Seq number);
  /// The highest number of an event that concerned the target and is not kept any more; 0 where there is none.
  Seq forgotten_of(const JobRef& target, const OpeningTarget& opened);

  void add_sources(const JobId& id, const ReplayQuery& query, Seq watched, Sources& sources);
  void add_sources(const std::string& filename, const ReplayQuery& query, Seq watched, Sources& sources);
  [[nodiscard]] Seq newest_as_of(const std::string& filename, Seq at);
  std::vector<Seq> first_events(const Sources& sources, const ReplayQuery& query);
  EventPtr load(Seq seq);

  JobReader jobs_;
  Statement head_;
  Statement oldest_;
  Statement is_known_;
  Statement ranges_;
  Statement forgotten_;
  Statement forgotten_of_any_job_;
  Statement forgotten_of_job_;
  Statement forgotten_of_name_;
  Statement tombstone_by_id_;
  Statement tombstone_by_filename_;
  Statement newest_as_of_;
  Statement newer_;
  Statement seqs_;
  Statement last_seqs_;
  Statement event_;
  Statement history_;
};

}  // namespace jobcast
