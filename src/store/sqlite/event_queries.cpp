#include "store/sqlite/event_queries.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace jobcast {
namespace {

constexpr std::size_t frame_overhead_bytes = 512;  ///< the names and numbers of one event as JSON

std::string select_event() {
  return "SELECT e.type, e.at, e.job, e.seq, e.result_left_out, e.result, coalesce(j.id, e.id), coalesce(j.filename, "
         "e.filename), coalesce(j.kind, ''), coalesce(j.file_type, ''), coalesce(j.external, 0), "
         "coalesce(j.has_input, 0), coalesce(j.max_retries, 0), coalesce(j.priority, 0), coalesce(j.created_at, 0), " +
         changing_columns("e.") + " FROM events e LEFT JOIN jobs j ON j.created_seq = e.job WHERE e.seq = ?1";
}

std::size_t bytes_of(const Job& job) {
  return frame_overhead_bytes + job.filename.size() + job.status_description.size() +
         (job.error_message ? job.error_message->size() : 0) + (job.result ? job.result->size() : 0);
}

std::optional<Tombstone> read_tombstone(Rows rows) {
  if (!rows.next()) return std::nullopt;
  Tombstone tombstone;
  tombstone.id = rows.id();
  tombstone.filename = rows.text();
  tombstone.created_seq = rows.number();
  tombstone.deleted_seq = rows.number();
  tombstone.deleted_at = rows.time();
  return tombstone;
}

Seq number_or(Rows rows, Seq none) {
  return rows.next() ? rows.number() : none;
}

}  // namespace

EventQueries::EventQueries(const Connection& connection)
    : jobs_(connection),
      head_(connection, "SELECT last FROM seq_ranges WHERE last >= first ORDER BY first DESC LIMIT 1"),
      oldest_(connection, "SELECT min(seq) FROM events"),
      is_known_(connection, "SELECT last >= ?1 FROM seq_ranges WHERE first <= ?1 ORDER BY first DESC LIMIT 1"),
      ranges_(connection, "SELECT first, last FROM seq_ranges WHERE last >= first ORDER BY first"),
      forgotten_(connection, "SELECT forgotten_through FROM retention"),
      forgotten_of_any_job_(connection, "SELECT coalesce(max(through), 0) FROM forgotten_events"),
      forgotten_of_job_(connection, "SELECT through FROM forgotten_events WHERE job = ?1"),
      forgotten_of_name_(connection,
                         "SELECT coalesce(max(through), 0) FROM jobs JOIN forgotten_events ON job = created_seq WHERE "
                         "filename = ?1 AND created_seq >= ?2"),
      tombstone_by_id_(connection,
                       "SELECT id, filename, created_seq, deleted_seq, deleted_at FROM tombstones WHERE id = ?1"),
      tombstone_by_filename_(connection,
                             "SELECT id, filename, created_seq, deleted_seq, deleted_at FROM tombstones "
                             "WHERE filename = ?1 ORDER BY created_seq DESC LIMIT 1"),
      newest_as_of_(connection,
                    "SELECT max(coalesce((SELECT max(created_seq) FROM jobs WHERE filename = ?1 AND created_seq <= "
                    "?2), 0), coalesce((SELECT max(created_seq) FROM tombstones WHERE filename = ?1 AND created_seq "
                    "<= ?2 AND deleted_seq > ?2), 0))"),
      newer_(connection,
             "SELECT * FROM (SELECT created_seq FROM jobs WHERE filename = ?1 AND created_seq > ?2 ORDER BY "
             "created_seq LIMIT ?3) UNION ALL SELECT * FROM (SELECT created_seq FROM tombstones WHERE filename = ?1 "
             "AND created_seq > ?2 ORDER BY created_seq LIMIT ?3) ORDER BY 1 LIMIT ?3"),
      seqs_(connection, "SELECT seq FROM events WHERE job = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4"),
      last_seqs_(connection, "SELECT seq FROM events ORDER BY seq DESC LIMIT ?1"),
      event_(connection, select_event()),
      history_(connection,
               "SELECT seq, at, status, progress, description, attempt FROM events WHERE job = ?1 AND seq > ?2 "
               "ORDER BY seq LIMIT ?3") {}

Seq EventQueries::head() {
  return number_or(head_.query(), 0);
}

bool EventQueries::is_known(Seq number) {
  return number_or(is_known_.query(number), 0) != 0;
}

// ---- opening

Opening EventQueries::open(const std::vector<JobRef>& targets, std::optional<Seq> after) {
  Opening opening;
  opening.head = head();
  opening.oldest = number_or(oldest_.query(), 0);
  if (opening.oldest == 0) opening.oldest = opening.head + 1;
  opening.after_is_known = after && is_known(*after);
  opening.targets.reserve(targets.size());
  for (const auto& target : targets) {
    opening.targets.push_back(open_target(target, after));
    if (opening.after_is_known && forgotten_of(target, opening.targets.back()) > *after) opening.after_is_known = false;
  }
  return opening;
}

/// What is gone of jobs that exist is noted with each of them. Of jobs that are gone themselves, only how far the
/// tombstones were forgotten: any of them may have had the name, or the id.
Seq EventQueries::forgotten_of(const JobRef& target, const OpeningTarget& opened) {
  if (std::holds_alternative<JobId>(target) && opened.present) {
    return number_or(forgotten_of_job_.query(opened.present->created_seq), 0);
  }
  const Seq of_tombstones = number_or(forgotten_.query(), 0);
  const auto* filename = std::get_if<std::string>(&target);
  if (filename == nullptr) return of_tombstones;
  return std::max(of_tombstones, number_or(forgotten_of_name_.query(*filename, opened.watched_created_seq), 0));
}

OpeningTarget EventQueries::open_target(const JobRef& target, std::optional<Seq> after) {
  OpeningTarget opened;
  if (const auto key = jobs_.key_of(target)) opened.present = jobs_.load(*key);
  if (!opened.present) opened.tombstone = tombstone_of(target);
  if (const auto* filename = std::get_if<std::string>(&target); filename != nullptr && after) {
    opened.watched_created_seq = newest_as_of(*filename, *after);
  } else if (opened.present) {
    opened.watched_created_seq = opened.present->created_seq;
  } else if (opened.tombstone) {
    opened.watched_created_seq = opened.tombstone->created_seq;
  }
  return opened;
}

std::optional<Tombstone> EventQueries::tombstone_of(const JobRef& target) {
  if (const auto* id = std::get_if<JobId>(&target)) return read_tombstone(tombstone_by_id_.query(*id));
  return read_tombstone(tombstone_by_filename_.query(std::get<std::string>(target)));
}

Seq EventQueries::newest_as_of(const std::string& filename, Seq at) {
  return number_or(newest_as_of_.query(filename, at), 0);
}

// ---- replay

ReplayWindow EventQueries::replay(const ReplayQuery& query) {
  ReplayWindow window;
  const Seq head_now = head();
  Sources sources{{}, head_now};
  for (std::size_t i = 0; i < query.targets.size(); ++i) {
    const Seq watched = i < query.watched_created_seq.size() ? query.watched_created_seq[i] : 0;
    std::visit([&](const auto& target) { add_sources(target, query, watched, sources); }, query.targets[i]);
  }
  const auto seqs = first_events(sources, query);
  window.through = seqs.size() == query.max_events ? seqs.back() : sources.through;
  std::size_t bytes = 0;
  for (const auto seq : seqs) {
    auto event = load(seq);
    bytes += bytes_of(event->job);
    if (!window.events.empty() && bytes > query.max_bytes) {
      window.through = window.events.back()->job.seq;
      break;
    }
    window.events.push_back(std::move(event));
  }
  window.at_head = window.through == head_now;
  return window;
}

void EventQueries::add_sources(const JobId& id, const ReplayQuery& /*query*/, Seq /*watched*/, Sources& sources) {
  if (const auto key = jobs_.key_of(id)) {
    sources.jobs.push_back(*key);
  } else if (const auto tombstone = tombstone_of(id)) {
    sources.jobs.push_back(tombstone->created_seq);
  }
}

/// Of a name count: the newest job as of the query's number, since a newer one takes the name from older ones,
/// and all that came later. Each of the latter has an event after that number; so of more than a window can
/// hold, the first ones decide how far the window goes.
void EventQueries::add_sources(const std::string& filename, const ReplayQuery& query, Seq watched, Sources& sources) {
  const Seq newest = newest_as_of(filename, query.after);
  if (newest != 0 && newest >= watched) sources.jobs.push_back(newest);
  const auto limit = static_cast<std::int64_t>(query.max_events) + 1;
  std::int64_t found = 0;
  auto rows = newer_.query(filename, std::max(query.after, watched - 1), limit);
  while (rows.next()) {
    const Seq created = rows.number();
    if (++found == limit) sources.through = std::min(sources.through, created);
    sources.jobs.push_back(created);
  }
}

/// The lowest numbers after the query's, by a merge of each job's own, read from the index alone.
std::vector<Seq> EventQueries::first_events(const Sources& sources, const ReplayQuery& query) {
  const std::size_t wanted = query.max_events;
  auto jobs = sources.jobs;
  std::ranges::sort(jobs);
  jobs.erase(std::ranges::unique(jobs).begin(), jobs.end());
  std::vector<Seq> lowest;  // a heap with the highest in front
  for (const auto job : jobs) {
    const Seq through = lowest.size() < wanted ? sources.through : lowest.front() - 1;
    if (job > through) break;  // a job's events come after its creation
    auto rows = seqs_.query(job, query.after, through, static_cast<std::int64_t>(wanted));
    while (rows.next()) {
      const Seq seq = rows.number();
      if (lowest.size() == wanted) {
        if (seq > lowest.front()) break;
        std::ranges::pop_heap(lowest);
        lowest.pop_back();
      }
      lowest.push_back(seq);
      std::ranges::push_heap(lowest);
    }
  }
  std::ranges::sort_heap(lowest);
  return lowest;
}

/// What was forgotten may have stood between those that are left: the log counts as whole only from there on.
RecentLog EventQueries::recent(std::size_t max_events) {
  RecentLog recent;
  {
    auto rows = ranges_.query();
    while (rows.next()) {
      const Seq first = rows.number();
      recent.ranges.emplace_back(first, rows.number());
    }
  }
  std::vector<Seq> seqs;
  {
    auto rows = last_seqs_.query(static_cast<std::int64_t>(max_events) + 1);
    while (rows.next()) seqs.push_back(rows.number());
  }
  recent.after = std::max(number_or(forgotten_.query(), 0), number_or(forgotten_of_any_job_.query(), 0));
  if (seqs.size() > max_events) recent.after = std::max(recent.after, seqs.back());
  std::erase_if(seqs, [&recent](Seq seq) { return seq <= recent.after; });
  std::ranges::reverse(seqs);
  for (const auto seq : seqs) recent.events.push_back(load(seq));
  return recent;
}

EventPtr EventQueries::load(Seq seq) {
  auto event = std::make_shared<JobEvent>();
  auto rows = event_.query(seq);
  rows.next();
  event->type = static_cast<EventType>(rows.number());
  event->at = rows.time();
  auto& job = event->job;
  job.updated_at = event->at;
  job.created_seq = rows.number();
  job.seq = rows.number();
  job.result_left_out = rows.flag();
  job.result = rows.optional_text();
  job.id = rows.id();
  job.filename = rows.text();
  job.kind = rows.text();
  job.file_type = rows.text();
  job.external = rows.flag();
  job.has_input = rows.flag();
  job.max_retries = rows.small_number();
  job.priority = rows.small_number();
  job.created_at = rows.time();
  read_changing(rows, job);
  return event;
}

// ---- history

result<std::vector<HistoryEntry>> EventQueries::history(const JobId& id, Seq after, std::size_t limit) {
  const auto key = jobs_.key_of(id);
  if (!key) return Error{errc::job_not_found, "There is no job with the id " + id.to_string() + "."};
  std::vector<HistoryEntry> entries;
  auto rows = history_.query(*key, after, static_cast<std::int64_t>(limit));
  while (rows.next()) {
    HistoryEntry entry;
    entry.seq = rows.number();
    entry.at = rows.time();
    entry.status = static_cast<JobStatus>(rows.number());
    entry.progress = rows.optional_small_number();
    entry.message = rows.text();
    entry.attempt = rows.number();
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace jobcast
