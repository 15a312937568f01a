#include "push/opening.hpp"

#include <algorithm>

namespace jobcast::push {
namespace {

/// The last number of the log that concerns the target; 0 where it knows none.
Seq last_seq(const OpeningTarget& target) {
  if (target.present) return target.present->seq;
  return target.tombstone ? target.tombstone->deleted_seq : 0;
}

bool is_name(const JobRef& ref) {
  return std::holds_alternative<std::string>(ref);
}

/// The present job is final, or there is none any more; an id that nobody knows can't begin either.
bool is_over(const JobRef& ref, const OpeningTarget& target) {
  if (target.present) return is_final(target.present->status);
  return target.tombstone.has_value() || !is_name(ref);
}

/// The target is over, and a client that knows all up to `after` has been told so.
bool is_over_by(const JobRef& ref, const OpeningTarget& target, Seq after) {
  // The job that had the name at `after` was deleted since, and an older one has the name again: its deletion comes.
  if (target.present && target.present->created_seq < target.watched_created_seq) return false;
  return is_over(ref, target) && last_seq(target) <= after;
}

/// Nothing is, was or will be there to be watched.
bool nothing_to_watch(const std::vector<JobRef>& refs, const Opening& opening, bool with_tombstones) {
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto& target = opening.targets[i];
    if (is_name(refs[i]) || target.present || (with_tombstones && target.tombstone)) return false;
  }
  return true;
}

bool all_over_by(const std::vector<JobRef>& refs, const Opening& opening, Seq after) {
  for (std::size_t i = 0; i < refs.size(); ++i) {
    if (!is_over_by(refs[i], opening.targets[i], after)) return false;
  }
  return true;
}

void tell_missing(OpeningPlan& plan, const std::vector<JobRef>& refs, const Opening& opening, bool with_tombstones,
                  Timestamp now) {
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto& target = opening.targets[i];
    if (target.present || (target.tombstone && with_tombstones)) continue;
    if (const auto* id = std::get_if<JobId>(&refs[i])) {
      plan.frames.push_back(make_frame(not_found_payload({}, id->to_string(), now)));
    } else {
      plan.frames.push_back(make_frame(not_found_payload(std::get<std::string>(refs[i]), {}, now)));
    }
  }
}

/// The present state of every chosen job, in rising seq, each once.
void tell_present(OpeningPlan& plan, const std::vector<JobRef>& refs, const Opening& opening, bool with_tombstones,
                  QueueView* queue) {
  std::vector<std::pair<Seq, FramePtr>> states;
  std::vector<Watch> watches;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto& target = opening.targets[i];
    const auto seq = last_seq(target);
    Watch watch{refs[i], 0, is_over(refs[i], target)};
    if (target.present) {
      watch.created_seq = target.present->created_seq;
    } else if (target.tombstone && with_tombstones) {
      watch.created_seq = target.tombstone->created_seq;
    } else if (is_name(refs[i])) {
      watch.over = false;  // a name whose jobs are gone waits for the next, like one that never was
    }
    watches.push_back(std::move(watch));
    const bool told = std::any_of(states.begin(), states.end(), [&](const auto& state) { return state.first == seq; });
    if (told) continue;
    if (target.present) {
      states.emplace_back(seq, make_frame(state_payload(*target.present, queue)));
    } else if (target.tombstone && with_tombstones) {
      const auto& gone = *target.tombstone;
      states.emplace_back(seq, make_frame(deleted_payload(gone.id, gone.filename, gone.deleted_seq, gone.deleted_at)));
    }
  }
  std::sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& state : states) plan.frames.push_back(std::move(state.second));
  plan.chosen = ChosenJobs(std::move(watches));
  plan.cursor = opening.head;
}

/// What was over by `after` is not told again, except the end that `after` itself names: the client may have
/// received the `status` and not the `finished` of the same id.
void resume(OpeningPlan& plan, const std::vector<JobRef>& refs, const Opening& opening, Seq after) {
  std::vector<Watch> watches;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto& target = opening.targets[i];
    watches.push_back({refs[i], target.watched_created_seq, is_over_by(refs[i], target, after)});
    const bool ended_there = target.present && is_final(target.present->status) && target.present->seq == after;
    if (ended_there && plan.frames.empty()) plan.frames.push_back(make_frame(finished_payload(*target.present)));
  }
  plan.chosen = ChosenJobs(std::move(watches));
  plan.cursor = after;
}

}  // namespace

OpeningPlan plan_opening(const std::vector<JobRef>& refs, const Opening& opening, std::optional<Seq> after,
                         Timestamp now, QueueView* queue) {
  OpeningPlan plan;
  if (nothing_to_watch(refs, opening, after.has_value())) {
    plan.kind = OpeningKind::not_found;
    return plan;
  }
  if (after && opening.after_is_known) {
    if (all_over_by(refs, opening, *after)) {
      plan.kind = OpeningKind::no_content;
      return plan;
    }
    resume(plan, refs, opening, *after);
    tell_missing(plan, refs, opening, true, now);
    return plan;
  }
  if (after) plan.frames.push_back(make_frame(gap_payload(*after, opening.oldest, now)));
  tell_missing(plan, refs, opening, after.has_value(), now);
  tell_present(plan, refs, opening, after.has_value(), queue);
  return plan;
}

}  // namespace jobcast::push
