// Durable enqueue through the store's port, against bare SQLite that writes the same rows in the same groups.
//
//     bench_store [jobs a round] [rounds]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <latch>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "jobcast/limits.hpp"

#include "base/ids.hpp"
#include "base/system_clock.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/job_reader.hpp"
#include "store/sqlite/schema.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store/sqlite/statement.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

constexpr int producers = 64;

using Groups = std::vector<std::size_t>;

struct Round {
  double jobs_per_second = 0;
  Groups groups;
};

class GroupSizes final : public EventSink {
 public:
  void on_commit(EventSpan events) override { sizes.push_back(events.size()); }
  Groups sizes;
};

NewJob make_job(JobIdSource& ids) {
  NewJob job;
  job.id = ids.make();
  job.filename = "quarterly-report-of-the-accounting-department.pdf";
  job.file_type = "application/pdf";
  job.kind = "document";
  return job;
}

double rate(std::size_t jobs, std::chrono::steady_clock::duration time) {
  return static_cast<double>(jobs) / std::chrono::duration<double>(time).count();
}

/// A caller that waits for each answer on a thread of its own.
void produce_and_wait(JobStore& store, JobIdSource& ids, std::size_t jobs) {
  for (std::size_t i = 0; i < jobs; ++i) {
    auto answer = std::make_shared<std::promise<void>>();
    auto answered = answer->get_future();
    store.submit(CreateJobs{{make_job(ids)}}, [answer = std::move(answer)](const result<CommandOutcome>& outcome) {
      if (!outcome) std::abort();
      answer->set_value();
    });
    answered.wait();
  }
}

/// A caller without a thread: each answer brings the next command, as in a server's event loop.
void produce_on_answer(JobStore& store, JobIdSource& ids, std::size_t jobs, std::latch& finished) {
  if (jobs == 0) return finished.count_down();
  store.submit(CreateJobs{{make_job(ids)}}, [&store, &ids, &finished, jobs](const result<CommandOutcome>& outcome) {
    if (!outcome) std::abort();
    produce_on_answer(store, ids, jobs - 1, finished);
  });
}

void run_threads(JobStore& store, JobIdSource& ids, std::size_t jobs) {
  std::vector<std::thread> threads;
  for (int i = 0; i < producers; ++i) {
    threads.emplace_back([&] { produce_and_wait(store, ids, jobs / producers); });
  }
  for (auto& thread : threads) thread.join();
}

void run_on_answers(JobStore& store, JobIdSource& ids, std::size_t jobs) {
  std::latch finished(producers);
  for (int i = 0; i < producers; ++i) produce_on_answer(store, ids, jobs / producers, finished);
  finished.wait();
}

using Producers = void (*)(JobStore&, JobIdSource&, std::size_t);

Round through_the_store(Producers run, std::size_t jobs) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  JobIdSource ids(clock);
  GroupSizes sink;
  StoreOptions options;
  options.database = directory.path() / "jobcast.db";
  options.max_queued_jobs = jobs * 2;
  auto store = open_sqlite_store(options, clock).value();
  store.jobs->start({&sink});
  const auto begin = clock.steady_now();
  run(*store.jobs, ids, jobs);
  const auto time = clock.steady_now() - begin;
  store.events.reset();
  store.jobs.reset();
  return {rate(jobs, time), std::move(sink.sizes)};
}

/// The same rows by the shortest way: prepared statements, one transaction a group.
class BareSqlite {
 public:
  explicit BareSqlite(const std::filesystem::path& file) : connection_(file, Access::read_write, "") {
    connection_.run("PRAGMA journal_mode = WAL");
    connection_.run("PRAGMA synchronous = FULL");
    connection_.run("PRAGMA foreign_keys = ON");
    connection_.run("PRAGMA cache_size = -16384");
    connection_.run("PRAGMA wal_autocheckpoint = " + std::to_string(limits::wal_checkpoint_bytes / 4096));
    connection_.run(std::string(schema_1));
    connection_.run("INSERT INTO seq_ranges VALUES (1, 0)");
  }

  void write(const Groups& groups, JobIdSource& ids, const Clock& clock) {
    Statement begin(connection_, "BEGIN IMMEDIATE");
    Statement commit(connection_, "COMMIT");
    Statement range(connection_, "UPDATE seq_ranges SET last = ?1");
    Statement job_row(connection_,
                      "INSERT INTO jobs VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 3, 0, ?6, ?1, ?6, 0, ?7, NULL, NULL, NULL, "
                      "NULL, 0, 0, NULL, NULL, NULL, NULL, 0, NULL)");
    Statement event_row(connection_,
                        "INSERT INTO events VALUES (?1, ?1, 0, ?2, 0, ?3, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, "
                        "NULL, NULL, 0, NULL, NULL, NULL)");
    const std::string waiting = "Waiting in queue";
    Seq seq = 0;
    for (const auto size : groups) {
      begin.run();
      const auto now = clock.timestamp();
      for (std::size_t i = 0; i < size; ++i) {
        const auto job = make_job(ids);
        ++seq;
        job_row.run(seq, job.id, job.filename, job.kind, job.file_type, now, waiting);
        event_row.run(seq, now, waiting);
      }
      range.run(seq);
      commit.run();
    }
  }

 private:
  Connection connection_;
};

double bare(const Groups& groups) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  JobIdSource ids(clock);
  BareSqlite database(directory.path() / "bare.db");
  const auto begin = clock.steady_now();
  database.write(groups, ids, clock);
  return rate(std::accumulate(groups.begin(), groups.end(), std::size_t{0}), clock.steady_now() - begin);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const char* how, Producers run, std::size_t jobs, int rounds) {
  std::vector<double> to_same_groups;
  std::vector<double> to_full_groups;
  for (int round = 0; round < rounds; ++round) {
    const auto store = through_the_store(run, jobs);
    const auto same = bare(store.groups);
    const auto full = bare(Groups(jobs / producers, producers));
    to_same_groups.push_back(store.jobs_per_second / same);
    to_full_groups.push_back(store.jobs_per_second / full);
    std::printf(
        "%s, round %d: store %.0f jobs/s in groups of %.1f; bare %.0f in the same groups, %.0f in groups of %d\n", how,
        round + 1, store.jobs_per_second, static_cast<double>(jobs) / static_cast<double>(store.groups.size()), same,
        full, producers);
  }
  std::printf("durable enqueue, %d producers %s: store/bare %.2f (same groups), %.2f (groups of %d); median of %d\n",
              producers, how, median(to_same_groups), median(to_full_groups), producers, rounds);
}

}  // namespace
}  // namespace jobcast

int main(int argc, char** argv) {
  const auto jobs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 64'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  const auto whole = std::max<std::size_t>(jobs, jobcast::producers) / jobcast::producers * jobcast::producers;
  jobcast::compare("on answers", jobcast::run_on_answers, whole, std::max(rounds, 1));
  jobcast::compare("on threads", jobcast::run_threads, whole, std::max(rounds, 1));
}
