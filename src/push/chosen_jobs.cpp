#include "push/chosen_jobs.hpp"

#include <algorithm>

namespace jobcast::push {
namespace {

bool concerns(const Watch& watch, const Job& job) {
  if (const auto* id = std::get_if<JobId>(&watch.what)) return *id == job.id;
  return job.created_seq >= watch.created_seq && std::get<std::string>(watch.what) == job.filename;
}

}  // namespace

bool ChosenJobs::take(const JobEvent& event) {
  bool wanted = false;
  for (auto& watch : watches_) {
    if (!concerns(watch, event.job)) continue;
    wanted = true;
    watch.created_seq = event.job.created_seq;
    watch.over = event.type == EventType::deleted || is_final(event.job.status);
  }
  return wanted;
}

bool ChosenJobs::all_over() const {
  return std::all_of(watches_.begin(), watches_.end(), [](const Watch& watch) { return watch.over; });
}

std::vector<JobRef> ChosenJobs::refs() const {
  std::vector<JobRef> refs;
  refs.reserve(watches_.size());
  for (const auto& watch : watches_) refs.push_back(watch.what);
  return refs;
}

std::vector<Seq> ChosenJobs::watched_created_seq() const {
  std::vector<Seq> seqs;
  seqs.reserve(watches_.size());
  for (const auto& watch : watches_) seqs.push_back(watch.created_seq);
  return seqs;
}

}  // namespace jobcast::push
