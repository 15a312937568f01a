#include "push/queue_view.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "jobcast/limits.hpp"

namespace jobcast::push {
namespace {

using Place = QueueBoard::Place;

/// As floating point from the beginning: nanoseconds would not hold the centuries to a far run_at.
double seconds(std::chrono::duration<double> span) {
  return span.count();
}

std::int64_t rounded_up(double seconds) {
  // A thousandth is less than anybody's clock tells.
  return static_cast<std::int64_t>(std::ceil(std::max(seconds - 0.001, 0.0)));
}

}  // namespace

QueueState QueueView::state(const QueueBoard::Entry& entry) {
  QueueState state;
  state.position = position(entry);
  state.eta_seconds = eta(entry);
  state.stalled = is_stalled(entry);
  return state;
}

QueueState QueueView::state(Seq created_seq) {
  const auto* entry = board_.find(created_seq);
  return entry == nullptr ? QueueState{} : state(*entry);
}

std::int64_t QueueView::busy_workers() const {
  std::int64_t busy = 0;
  for (const auto& [name, kind] : board_.kinds(false)) busy += static_cast<std::int64_t>(kind.running.size());
  return busy;
}

KindState QueueView::kind_state(const QueueBoard::Kind& kind) {
  KindState state;
  state.waiting = static_cast<std::int64_t>(kind.ready.size() + kind.delayed);
  state.running = static_cast<std::int64_t>(kind.running.size());
  if (const auto mean = kind.history.mean()) state.mean_seconds = seconds(*mean);
  return state;
}

std::optional<std::int64_t> QueueView::position(const QueueBoard::Entry& entry) const {
  if (entry.place != Place::ready) return {};
  const auto& own = *entry.kind;
  std::size_t before = own.ready.rank(entry.turn);
  if (!own.lanes.external) {
    for (const auto& [name, kind] : board_.kinds(false)) {
      if (&kind != &own && kind.can_start()) before += kind.ready.rank(entry.turn);
    }
  }
  return static_cast<std::int64_t>(before) + 1;
}

// ---- how long

std::optional<std::int64_t> QueueView::eta(const QueueBoard::Entry& entry) {
  const auto mean = entry.kind->history.mean();
  if (!mean) return {};
  if (entry.place == Place::running) return rounded_up(seconds(*mean - (now_.steady - entry.run->started)));
  if (!entry.kind->can_start()) return {};
  auto wait = wait_within_kind(entry, seconds(*mean));
  if (!entry.kind->lanes.external) wait = std::max(wait, wait_for_worker(entry, seconds(*mean)));
  if (entry.place == Place::delayed) wait = std::max(wait, seconds(entry.until - now_.wall));
  return rounded_up(wait + seconds(*mean));
}

/// Kinds without a history are taken to be like the job's own.
double QueueView::wait_for_worker(const QueueBoard::Entry& entry, double mean_seconds) {
  std::vector<Demand> before;
  const auto lanes = static_cast<double>(board_.workers());
  for (const auto& [name, kind] : board_.kinds(false)) {
    const auto jobs = static_cast<double>(kind.ready.rank(entry.turn));
    if (jobs == 0 || !kind.can_start()) continue;
    const auto mean = kind.history.mean();
    const auto limit =
        kind.lanes.concurrency > 0 ? std::min(lanes, static_cast<double>(kind.lanes.concurrency)) : lanes;
    before.push_back({jobs * (mean ? seconds(*mean) : mean_seconds), std::min(jobs, limit)});
  }
  return wait_seconds(workers(), before);
}

double QueueView::wait_within_kind(const QueueBoard::Entry& entry, double mean_seconds) {
  const auto& kind = *entry.kind;
  if (!kind.lanes.external && kind.lanes.concurrency == 0) return 0;
  const auto& lanes = lanes_of(kind);
  const auto jobs = static_cast<double>(kind.ready.rank(entry.turn));
  const std::array before{Demand{jobs * mean_seconds, std::min(jobs, lanes.count())}};
  return wait_seconds(lanes, before);
}

double QueueView::left_of(const QueueBoard::Kind& kind, std::size_t index) const {
  const auto mean = kind.history.mean();
  return mean ? std::max(seconds(*mean - (now_.steady - kind.running.nth(index).first)), 0.0) : 0.0;
}

const Lanes& QueueView::workers() {
  if (workers_) return *workers_;
  std::vector<double> busy;
  for (const auto& [name, kind] : board_.kinds(false)) {
    for (std::size_t i = 0; i < kind.running.size(); ++i) busy.push_back(left_of(kind, i));
  }
  busy.resize(std::max<std::size_t>(busy.size(), board_.workers()), 0.0);
  return workers_.emplace(std::move(busy));
}

/// A kind that is run outside has as many lanes as run now. Of very many, a sample that is spread evenly.
const Lanes& QueueView::lanes_of(const QueueBoard::Kind& kind) {
  const auto [found, is_new] = kind_lanes_.try_emplace(&kind);
  if (!is_new) return found->second;
  const auto running = kind.running.size();
  const auto sampled = kind.lanes.external ? std::min(running, limits::queue_lanes) : running;
  std::vector<double> busy;
  for (std::size_t i = 0; i < sampled; ++i) busy.push_back(left_of(kind, i * running / sampled));
  const double weight = sampled == 0 ? 1 : static_cast<double>(running) / static_cast<double>(sampled);
  if (!kind.lanes.external) busy.resize(std::max<std::size_t>(busy.size(), kind.lanes.concurrency), 0.0);
  if (busy.empty()) busy.push_back(0);
  found->second = Lanes(std::move(busy), weight);
  return found->second;
}

bool QueueView::is_stalled(const QueueBoard::Entry& entry) const {
  if (entry.place != Place::running) return false;
  const auto usual = entry.kind->history.longest_gap();
  if (!usual) return false;
  const auto stood_still = now_.steady - entry.run->changed;
  return stood_still > std::max<QueueBoard::Span>(limits::stall_least, limits::stall_factor * *usual);
}

}  // namespace jobcast::push
