#pragma once

#include <string>
#include <vector>

#include "jobcast/event.hpp"
#include "jobcast/event_log.hpp"

namespace jobcast::push {

/// One job that a stream has chosen, by id or by name.
struct Watch {
  JobRef what;
  Seq created_seq = 0;  ///< of the job watched now; 0: none yet
  bool over = false;    ///< that job is final or deleted, or no job of that id exists
};

/// Which events a stream of chosen jobs is sent, and when it has seen the end of all. A name stands for the newest
/// job of that name: when a newer one takes it, the older is watched no longer. Pure.
class ChosenJobs {
 public:
  ChosenJobs() = default;
  explicit ChosenJobs(std::vector<Watch> watches) : watches_(std::move(watches)) {}

  /// Takes the next event of the log into account. True: the stream is sent it.
  bool take(const JobEvent& event);

  /// Every chosen job is final, deleted or unknown.
  [[nodiscard]] bool all_over() const;

  [[nodiscard]] const std::vector<Watch>& watches() const { return watches_; }

  /// For a ReplayQuery that goes on from here.
  [[nodiscard]] std::vector<JobRef> refs() const;
  [[nodiscard]] std::vector<Seq> watched_created_seq() const;

 private:
  std::vector<Watch> watches_;
};

}  // namespace jobcast::push
