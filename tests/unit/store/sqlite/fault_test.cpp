#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sqlite3.h>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.hpp"
#include "base/system_clock.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/faulty_vfs.hpp"
#include "support/manual_clock.hpp"
#include "support/result_matchers.hpp"
#include "support/store_client.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

struct Fault {
  std::string name;
  int code;
  int calls;  ///< how many fail, one after another
  errc told;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

/// Breaks the storage at every step of what a store does and looks at what is left.
class FaultTest : public testing::TestWithParam<Fault> {
 protected:
  void open() {
    StoreOptions options;
    options.database = file_;
    options.progress_per_second = 1'000'000;
    options.min_free_bytes = 0;
    options.probe_interval = 1ms;
    options.vfs = vfs_.name();
    auto opened = open_sqlite_store(options, clock_).value();
    jobs_ = std::move(opened.jobs);
    events_ = std::move(opened.events);
    jobs_->start({&sink_});
    store_.emplace(*jobs_, *events_);
  }

  void close() {
    store_.reset();
    events_.reset();
    jobs_.reset();
  }

  NewJob wanted(bool external = false) {
    NewJob job;
    job.id = ids_.make();
    job.filename = "f";
    job.kind = "document";
    job.external = external;
    return job;
  }

  /// Whether it was done; else it must have failed as the fault does.
  bool is_done(const result<CommandOutcome>& outcome) {
    if (outcome.has_value()) return true;
    EXPECT_THAT(outcome, FailsWith(GetParam().told));
    return false;
  }

  void wait_until_it_works() {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (store_->submit(CreateJobs{{wanted()}}).has_error()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the store does not resume";
      std::this_thread::yield();
    }
  }

  /// The database and what was told are one and the same.
  void check_database() {
    Connection connection(file_, Access::read_write, "");
    EXPECT_EQ(connection.text_of("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(connection.number_of("SELECT count(*) FROM events"), static_cast<std::int64_t>(sink_.events().size()));
    EXPECT_EQ(connection.number_of("SELECT count(*) FROM jobs WHERE seq != (SELECT max(seq) FROM events WHERE job = "
                                   "created_seq)"),
              0);
    EXPECT_EQ(connection.number_of("SELECT count(*) FROM events WHERE job NOT IN (SELECT created_seq FROM jobs)"), 0);
    Seq last = 0;
    for (const auto& event : sink_.events()) {
      EXPECT_EQ(connection.number_of("SELECT count(*) FROM events WHERE seq = " + std::to_string(event->job.seq)), 1);
      EXPECT_TRUE(last == 0 || event->job.seq == last + 1) << "no number is lost to a failure";
      last = event->job.seq;
    }
    EXPECT_EQ(connection.number_of("SELECT max(last) FROM seq_ranges"), last);
  }

  FaultyVfs vfs_;
  SystemClock clock_;
  JobIdSource ids_{clock_};
  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "jobcast.db";
  RecordingSink sink_;
  std::unique_ptr<JobStore> jobs_;
  std::unique_ptr<EventLog> events_;
  std::optional<StoreClient> store_;
};

TEST_P(FaultTest, nothing_is_half_done_and_the_store_resumes_by_itself) {
  open();
  int failures = 0;
  for (int step = 1;; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const auto running = store_->apply(StartJob{store_->create(wanted()).id});
    auto fresh = wanted();
    fresh.payload = std::string(100'000, 'p');
    vfs_.fail(step, step + GetParam().calls - 1, GetParam().code);
    const bool created = is_done(store_->submit(CreateJobs{{fresh, wanted()}}));
    const bool completed = is_done(store_->submit(CompleteJob{running.id, 1, "{}", "done"}));
    const bool reached = vfs_.calls() >= step;
    failures += !created || !completed ? 1 : 0;

    // What was refused is not there, before it works again and after.
    EXPECT_EQ(store_->find(fresh.id).has_value(), created);
    EXPECT_EQ(store_->find(running.id).value().status, completed ? JobStatus::completed : JobStatus::processing);
    vfs_.heal();
    wait_until_it_works();
    EXPECT_EQ(store_->find(fresh.id).has_value(), created);
    if (!completed) store_->apply(CompleteJob{running.id, 1, "{}", "done"});
    if (!reached) break;
    ASSERT_LT(step, 500);
  }
  EXPECT_GT(failures, 3);
  close();
  check_database();
}

TEST_P(FaultTest, a_lease_does_not_run_out_while_nobody_can_be_heard) {
  ManualClock clock;
  StoreOptions options;
  options.database = file_;
  options.min_free_bytes = 0;
  options.probe_interval = 1ms;
  options.vfs = vfs_.name();
  auto opened = open_sqlite_store(options, clock).value();
  opened.jobs->start({&sink_});
  StoreClient store(*opened.jobs, *opened.events);
  const auto job = store.create(wanted(true));
  store.apply(ClaimJob{job.id, "w", "lease", 10s});
  vfs_.fail(1, 1'000'000, GetParam().code);
  EXPECT_TRUE(store.submit(CreateJobs{{wanted()}}).has_error());
  clock.advance(60s);
  auto renewal = patch(job.id, {}, 50);
  renewal.lease = "lease";
  EXPECT_THAT(store.submit(renewal), FailsWith(GetParam().told));
  vfs_.heal();
  auto heard = store.submit(renewal);
  for (int i = 0; i < 10'000 && heard.has_error() && heard.error().code == GetParam().told; ++i) {
    clock.advance(1ms);
    std::this_thread::yield();
    heard = store.submit(renewal);
  }
  ASSERT_TRUE(heard.has_value()) << heard.error().message;
  EXPECT_EQ(heard->jobs.at(0).progress, 50);
}

TEST_P(FaultTest, deferred_progress_survives_a_failure) {
  open();
  const auto job = store_->create(wanted(true));
  store_->apply(patch(job.id, JobStatus::processing));
  for (int i = 0; i < 20; ++i) {
    vfs_.fail(1 + i % 5, 1 + i % 5 + GetParam().calls, GetParam().code);
    // Refused, told at once, or deferred: in the end the last one that was taken counts.
    const bool taken = is_done(store_->submit(patch(job.id, {}, i)));
    const bool last = is_done(store_->submit(patch(job.id, {}, i + 50)));
    vfs_.heal();
    wait_until_it_works();
    store_->apply(patch(job.id, {}, {}, {}, "{}"));  // takes along what waits
    const auto found = store_->find(job.id).value();
    if (last) {
      EXPECT_EQ(found.progress, i + 50);
    } else if (taken) {
      EXPECT_EQ(found.progress, i);
    }
  }
  close();
  check_database();
}

TEST_P(FaultTest, a_checkpoint_that_fails_loses_nothing) {
  for (int step = 1; step <= 8; ++step) {
    open();
    const auto job = store_->create(wanted());
    vfs_.fail(step, step + GetParam().calls - 1, GetParam().code);
    close();  // checkpoints
    vfs_.heal();
    open();
    EXPECT_TRUE(store_->find(job.id).has_value()) << "step " << step;
    close();
  }
  Connection connection(file_, Access::read_write, "");
  EXPECT_EQ(connection.text_of("PRAGMA integrity_check"), "ok");
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultTest,
                         testing::Values(Fault{"write", SQLITE_IOERR_WRITE, 1, errc::storage_unavailable},
                                         Fault{"write_for_long", SQLITE_IOERR_WRITE, 1000, errc::storage_unavailable},
                                         Fault{"sync", SQLITE_IOERR_FSYNC, 1, errc::storage_unavailable},
                                         Fault{"full", SQLITE_FULL, 1000, errc::storage_full}),
                         [](const auto& fault) { return fault.param.name; });

}  // namespace
}  // namespace jobcast
