#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "jobcast/event_bus.hpp"
#include "jobcast/job_store.hpp"

#include "base/ids.hpp"

namespace jobcast::bench {

inline constexpr int producers = 64;

using Groups = std::vector<std::size_t>;  ///< how many jobs each transaction took

/// Notes how large the groups were.
class GroupSizes final : public EventSink {
 public:
  void on_commit(EventSpan events) override { sizes.push_back(events.size()); }
  Groups sizes;
};

using Producers = void (*)(JobStore& store, JobIdSource& ids, std::size_t jobs);

/// `producers` callers, each with a thread that waits for every answer.
void run_threads(JobStore& store, JobIdSource& ids, std::size_t jobs);

/// `producers` callers without threads: each answer brings the next command, as in a server's event loop.
void run_on_answers(JobStore& store, JobIdSource& ids, std::size_t jobs);

/// Jobs a second that bare SQLite writes durably in these groups: the same rows by the shortest way, with prepared
/// statements and one transaction a group. In a new database.
double bare_rate(const Groups& groups);

/// Makes a database (that of the newest version) which holds so many completed jobs and as many events. Job number n,
/// from 1 on, has created_seq and seq n, the file name "report-n.pdf" and the id that history_id() gives.
void make_history(const std::filesystem::path& database, std::size_t jobs);
std::string history_id(std::size_t number);

/// Copies it and waits until the copy is on disk, or writing it would slow down what is measured next.
void copy_history(const std::filesystem::path& history, const std::filesystem::path& database);

}  // namespace jobcast::bench
