#include "push/queue_reason.hpp"

#include <chrono>

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;

/// "45 s", "12 min", "5 h", "3 d": as exactly as people say it.
std::string text_of(std::chrono::duration<double> span) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::max(span, std::chrono::duration<double>::zero()));
  if (seconds < 2min) return std::to_string(seconds.count()) + " s";
  if (seconds < 2h) return std::to_string(std::chrono::round<std::chrono::minutes>(seconds).count()) + " min";
  if (seconds < 48h) return std::to_string(std::chrono::round<std::chrono::hours>(seconds).count()) + " h";
  return std::to_string(std::chrono::round<std::chrono::days>(seconds).count()) + " d";
}

std::string text_of(Timestamp time) {
  std::string text;
  append_text(text, time);
  return text;
}

/// "1 job", "2 jobs".
std::string count_of(std::int64_t count, std::string_view noun) {
  return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

/// What the sentences are made of.
struct Facts {
  const Job& job;
  const QueueView& view;
  const QueueBoard::Entry* entry;  ///< null where the board does not have the job
  const QueueBoard::Kind* kind;    ///< null where the board knows none of that name
};

const QueueBoard::Kind* kind_of(const Job& job, const QueueBoard& board) {
  const auto& kinds = board.kinds(job.external);
  const auto kind = kinds.find(job.kind);
  return kind == kinds.end() ? nullptr : &kind->second;
}

QueueReason waiting_reason(const Facts& facts, const QueueAnswer& answer) {
  const auto& job = facts.job;
  if (facts.kind == nullptr || !facts.kind->configured) return QueueReason::handler_missing;
  if (answer.paused) return QueueReason::paused;
  if (answer.backoff_until && answer.backoff_until >= answer.run_at) return QueueReason::backoff;
  if (answer.run_at) return QueueReason::scheduled;
  if (job.external) return QueueReason::waits_for_worker;
  if (answer.slots_limit && answer.slots_used >= *answer.slots_limit) return QueueReason::slots_full;
  return answer.state.position.value_or(1) > 1 ? QueueReason::queued : QueueReason::ready;
}

QueueReason reason_of(const Facts& facts, const QueueAnswer& answer) {
  if (is_final(facts.job.status)) return QueueReason::finished;
  if (facts.job.status == JobStatus::pending) return waiting_reason(facts, answer);
  return answer.state.stalled ? QueueReason::stalled : QueueReason::running;
}

// ---- sentences

std::string workers_text(const Facts& facts) {
  const auto busy = facts.view.busy_workers();
  return std::to_string(busy) + " of " + count_of(facts.view.board().workers(), "worker") +
         (busy == 1 ? " is busy" : " are busy");
}

std::string finished_text(const Job& job) {
  std::string text = "The job ";
  text += job.status == JobStatus::completed ? "completed"
          : job.status == JobStatus::failed  ? "failed"
                                             : "was cancelled";
  return text + " at " + text_of(job.processed_at.value_or(job.updated_at)) + '.';
}

std::string running_text(const Facts& facts, const QueueAnswer& answer) {
  std::string text = "The job runs since " + text_of(facts.job.started_at.value_or(facts.job.updated_at));
  if (!answer.state.eta_seconds) return text + "; how long such jobs take is not known yet.";
  if (*answer.state.eta_seconds == 0) return text + ", which is longer than such jobs take on average.";
  return text + " and should end in about " + text_of(std::chrono::seconds(*answer.state.eta_seconds)) + '.';
}

std::string stalled_text(const Facts& facts) {
  const auto stood_still = facts.view.now().steady - facts.entry->run->changed;
  return "The job runs, but its progress has stood still for " + text_of(stood_still) + "; at most " +
         text_of(facts.kind->history.longest_gap().value_or(stood_still)) + " is usual for " + facts.job.kind + '.';
}

std::string backoff_text(const Facts& facts, const QueueAnswer& answer) {
  return "The last attempt failed; retry " + std::to_string(facts.job.retry_count) + " of " +
         std::to_string(facts.job.max_retries) + " starts at " + text_of(*answer.backoff_until) + ", in " +
         text_of(*answer.backoff_until - facts.view.now().wall) + '.';
}

std::string scheduled_text(const Facts& facts, const QueueAnswer& answer) {
  return "The job is scheduled for " + text_of(*answer.run_at) + ", in " +
         text_of(*answer.run_at - facts.view.now().wall) + '.';
}

std::string before_text(const QueueAnswer& answer, std::string_view none) {
  const auto before = answer.state.position.value_or(1) - 1;
  if (before == 0) return std::string(none);
  return count_of(before, "job") + (before == 1 ? " is" : " are") + " ahead of it";
}

std::string sentence_of(const Facts& facts, const QueueAnswer& answer) {
  const auto& kind = facts.job.kind;
  switch (answer.reason) {
    case QueueReason::ready:
      return "The job is next in line for a free worker; " + workers_text(facts) + '.';
    case QueueReason::queued:
      return "The job is number " + std::to_string(answer.state.position.value_or(1)) + " in the queue; " +
             workers_text(facts) + '.';
    case QueueReason::backoff:
      return backoff_text(facts, answer);
    case QueueReason::scheduled:
      return scheduled_text(facts, answer);
    case QueueReason::slots_full:
      return "The handler " + kind + " runs " + count_of(*answer.slots_limit, "job") + " at once, and " +
             std::to_string(answer.slots_used) + (answer.slots_used == 1 ? " is" : " are") + " running; " +
             before_text(answer, "it is next in line") + '.';
    case QueueReason::paused:
      return "The handler " + kind + " is paused: its jobs start when it is resumed; " +
             before_text(answer, "no other job is ahead of it") + '.';
    case QueueReason::waits_for_worker:
      return "No worker has taken the job yet; " + before_text(answer, "no other " + kind + " job is ahead of it") +
             '.';
    case QueueReason::handler_missing:
      return "No handler " + kind + " is configured now, so there is nothing to run the job.";
    case QueueReason::running:
      return running_text(facts, answer);
    case QueueReason::stalled:
      return stalled_text(facts);
    case QueueReason::finished:
      break;
  }
  return finished_text(facts.job);
}

void append_time(std::string& out, const std::optional<Timestamp>& time) {
  if (!time) {
    out += "null";
    return;
  }
  out += '"';
  append_text(out, *time);
  out += '"';
}

std::string_view text_of(bool value) {
  return value ? "true" : "false";
}

}  // namespace

std::string_view to_string(QueueReason reason) {
  constexpr std::string_view names[] = {"ready",      "queued",  "backoff",          "scheduled",
                                        "slots_full", "paused",  "waits_for_worker", "handler_missing",
                                        "running",    "stalled", "finished"};
  return names[static_cast<std::size_t>(reason)];
}

QueueAnswer explain(const Job& job, QueueView& view) {
  const auto& board = view.board();
  const auto* entry = board.find(job.created_seq);
  // What the board says of another state of the job than the one at hand would contradict it.
  if (entry != nullptr && (entry->place == QueueBoard::Place::running) != (job.status == JobStatus::processing)) {
    entry = nullptr;
  }
  const Facts facts{job, view, is_final(job.status) ? nullptr : entry, kind_of(job, board)};
  QueueAnswer answer;
  if (facts.entry != nullptr) answer.state = view.state(*facts.entry);
  answer.paused = board.is_paused(job.kind);
  if (job.status == JobStatus::pending) {
    if (job.next_retry_at > view.now().wall) answer.backoff_until = job.next_retry_at;
    if (job.run_at > view.now().wall) answer.run_at = job.run_at;
  }
  if (facts.kind != nullptr) {
    answer.slots_used = static_cast<std::int64_t>(facts.kind->running.size());
    if (facts.kind->lanes.concurrency > 0) answer.slots_limit = facts.kind->lanes.concurrency;
  }
  answer.reason = reason_of(facts, answer);
  answer.sentence = sentence_of(facts, answer);
  return answer;
}

std::string queue_answer_json(const Job& job, const QueueAnswer& answer) {
  std::string out = "{\"id\":\"" + job.id.to_string() + "\",\"status\":\"";
  out += to_string(job.status);
  out += "\",\"running\":";
  out += text_of(job.status == JobStatus::processing);
  out += ",\"reason\":\"";
  out += to_string(answer.reason);
  out += "\",\"sentence\":";
  append_json_string(out, answer.sentence);
  out += ",\"queue_position\":";
  append_optional_number(out, answer.state.position);
  out += ",\"eta_seconds\":";
  append_optional_number(out, answer.state.eta_seconds);
  out += ",\"backoff_until\":";
  append_time(out, answer.backoff_until);
  out += ",\"run_at\":";
  append_time(out, answer.run_at);
  out += ",\"slots\":{\"used\":";
  append_number(out, answer.slots_used);
  out += ",\"limit\":";
  append_optional_number(out, answer.slots_limit);
  out += "},\"paused\":";
  out += text_of(answer.paused);
  out += ",\"stalled\":";
  out += text_of(answer.state.stalled);
  out += '}';
  return out;
}

}  // namespace jobcast::push
