#include "enqueue.hpp"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <future>
#include <latch>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <utility>

#include "jobcast/limits.hpp"

#include "base/durable_file.hpp"
#include "base/system_clock.hpp"
#include "figures.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "store/sqlite/statement.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast::bench {
namespace {

NewJob make_job(JobIdSource& ids) {
  NewJob job;
  job.id = ids.make();
  job.filename = "quarterly-report-of-the-accounting-department.pdf";
  job.file_type = "application/pdf";
  job.kind = "document";
  return job;
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

/// Opens the store once, which makes the newest schema.
void make_schema(const std::filesystem::path& file) {
  const SystemClock clock;
  StoreOptions options;
  options.database = file;
  auto store = open_sqlite_store(options, clock).value();
  store.events.reset();
}

class BareSqlite {
 public:
  explicit BareSqlite(const std::filesystem::path& file) : connection_(file, Access::read_write, "") {
    connection_.run("PRAGMA journal_mode = WAL");
    connection_.run("PRAGMA synchronous = FULL");
    connection_.run("PRAGMA foreign_keys = ON");
    connection_.run("PRAGMA cache_size = -16384");
    connection_.run("PRAGMA wal_autocheckpoint = " + std::to_string(limits::wal_checkpoint_bytes / 4096));
    seq_ = connection_.number_of("SELECT max(last) FROM seq_ranges");
  }

  void write(const Groups& groups, JobIdSource& ids, const Clock& clock) {
    Statement begin(connection_, "BEGIN IMMEDIATE");
    Statement commit(connection_, "COMMIT");
    Statement range(connection_, "UPDATE seq_ranges SET last = ?1 WHERE first = (SELECT max(first) FROM seq_ranges)");
    Statement job_row(connection_,
                      "INSERT INTO jobs VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 3, 0, ?6, ?1, ?6, 0, ?7, NULL, NULL, NULL, "
                      "NULL, 0, 0, NULL, NULL, NULL, NULL, 0, NULL)");
    Statement event_row(connection_,
                        "INSERT INTO events VALUES (?1, ?1, 0, ?2, 0, ?3, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, "
                        "NULL, NULL, 0, NULL, NULL, NULL)");
    const std::string waiting = "Waiting in queue";
    for (const auto size : groups) {
      begin.run();
      const auto now = clock.timestamp();
      for (std::size_t i = 0; i < size; ++i) {
        const auto job = make_job(ids);
        ++seq_;
        job_row.run(seq_, job.id, job.filename, job.kind, job.file_type, now, waiting);
        event_row.run(seq_, now, waiting);
      }
      range.run(seq_);
      commit.run();
    }
  }

 private:
  Connection connection_;
  Seq seq_ = 0;
};

}  // namespace

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

double bare_rate(const Groups& groups) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "bare.db";
  make_schema(file);
  const SystemClock clock;
  JobIdSource ids(clock);
  BareSqlite database(file);
  const auto begin = SteadyClock::now();
  database.write(groups, ids, clock);
  const auto jobs = std::accumulate(groups.begin(), groups.end(), std::size_t{0});
  return static_cast<double>(jobs) / seconds(SteadyClock::now() - begin);
}

std::string history_id(std::size_t number) {
  return fmt::format("{:026}", number);
}

void make_history(const std::filesystem::path& database, std::size_t jobs) {
  make_schema(database);
  Connection connection(database, Access::read_write, "");
  connection.run("PRAGMA journal_mode = WAL");
  connection.run("PRAGMA synchronous = OFF");
  connection.run("PRAGMA cache_size = -262144");
  connection.run("BEGIN");
  const auto numbers =
      fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) ", jobs);
  connection.run(
      numbers +
      "INSERT INTO jobs SELECT i, printf('%026d', i), 'report-' || i || '.pdf', 'document', 'application/pdf', "
      "0, 0, 3, 0, i, i, i, 2, 'Processed and saved to database', 100, 4, 4, NULL, 0, 1, i, i, NULL, NULL, "
      "20, '{\"words\":1000000000}' FROM n");
  connection.run(
      numbers +
      "INSERT INTO events SELECT i, i, 1, i, 2, 'Processed and saved to database', 100, 4, 4, NULL, 0, 1, i, i, "
      "NULL, NULL, 0, '{\"words\":1000000000}', NULL, NULL FROM n");
  connection.run("DELETE FROM seq_ranges");
  connection.run(fmt::format("INSERT INTO seq_ranges VALUES (1, {})", jobs));
  connection.run("COMMIT");
  connection.checkpoint(Checkpoint::restart);
}

void copy_history(const std::filesystem::path& history, const std::filesystem::path& database) {
  const auto copy = database.string() + ".copy";
  std::filesystem::copy_file(history, copy);
  move_durably(copy, database);
}

}  // namespace jobcast::bench
