#pragma once

#include <gmock/gmock.h>
#include <map>
#include <string>
#include <vector>

#include "push/queue_reason.hpp"
#include "push/queue_view.hpp"
#include "support/make_job.hpp"

namespace jobcast::push {

using namespace std::chrono_literals;

/// A queue board with the store's part played: jobs are named by the number of their creation.
class QueueTest : public testing::Test {
 protected:
  using Place = QueueBoard::Place;

  /// `fast` has 2 slots, `slow` none of its own, `outside` is external; 2 workers.
  void SetUp() override { make_board({}); }

  void make_board(const StoreSnapshot& snapshot) { board.emplace(setup, snapshot, now); }

  void advance(std::chrono::milliseconds time) {
    now.wall += time;
    now.steady += time;
  }

  /// Takes a job into the queue. Gives its number.
  Seq create(const std::string& kind, int priority = 0, std::optional<Timestamp> run_at = {}) {
    auto job = make_job(++seq, "file");
    job.kind = kind;
    job.external = kind == "outside";
    job.priority = priority;
    job.run_at = run_at;
    job.created_at = now.wall;
    return tell(EventType::created, std::move(job));
  }

  void start(Seq number) {
    auto job = jobs.at(number);
    job.attempt += 1;
    job.started_at = now.wall;
    job.next_retry_at.reset();
    job.progress.reset();
    move(std::move(job), JobStatus::processing);
  }

  void report(Seq number, std::optional<int> percent, std::optional<std::int64_t> chunks = {}) {
    auto job = jobs.at(number);
    job.progress = percent;
    job.processed_chunks = chunks;
    tell(EventType::progress, std::move(job));
  }

  void end(Seq number, JobStatus status = JobStatus::completed) {
    auto job = jobs.at(number);
    job.processed_at = now.wall;
    move(std::move(job), status);
  }

  /// The attempt failed; the next starts after `wait`.
  void back_off(Seq number, std::chrono::milliseconds wait) {
    auto job = jobs.at(number);
    job.retry_count += 1;
    job.next_retry_at = now.wall + wait;
    move(std::move(job), JobStatus::pending);
  }

  void remove(Seq number) { tell(EventType::deleted, jobs.at(number)); }

  /// Lets a job of that kind run to its end, alone.
  void run_once(const std::string& kind, std::chrono::milliseconds time) {
    const auto number = create(kind);
    start(number);
    advance(time);
    end(number);
  }

  QueueView view() {
    board->release(now.wall);
    return {*board, now};
  }

  QueueState state(Seq number) { return view().state(number); }
  std::optional<std::int64_t> position(Seq number) { return state(number).position; }
  std::optional<std::int64_t> eta(Seq number) { return state(number).eta_seconds; }

  QueueAnswer why(Seq number) {
    auto present = view();
    return explain(jobs.at(number), present);
  }

  QueueSetup setup{2, {{"fast", {false, 2}}, {"slow", {}}, {"outside", {true, 0}}}};
  QueueMoment now{made_at, std::chrono::steady_clock::time_point(1h)};
  std::optional<QueueBoard> board;
  std::map<Seq, Job> jobs;
  Seq seq = 0;

 private:
  void move(Job job, JobStatus status) {
    job.status = status;
    tell(EventType::moved, std::move(job));
  }

  Seq tell(EventType type, Job job) {
    if (type != EventType::created) job.seq = ++seq;
    job.updated_at = now.wall;
    const auto number = job.created_seq;
    jobs[number] = job;
    board->apply(*make_event(type, std::move(job)), now);
    return number;
  }
};

}  // namespace jobcast::push
