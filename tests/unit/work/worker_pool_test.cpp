#include "work/worker_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <thread>

#include "jobcast/limits.hpp"

#include "base/system_clock.hpp"
#include "support/eventually.hpp"
#include "support/fake_job_store.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

JobId id_of(int number) {
  JobId::Bytes bytes{};
  bytes[0] = 1;
  bytes[15] = static_cast<std::uint8_t>(number);
  return JobId(bytes);
}

NewJob job_of(int number) {
  NewJob job;
  job.id = id_of(number);
  job.filename = "file-" + std::to_string(number);
  job.kind = "scripted";
  return job;
}

class ScriptedHandler final : public JobHandler {
 public:
  explicit ScriptedHandler(std::function<HandlerResult(JobContext&)> script) : script_(std::move(script)) {}
  HandlerResult run(JobContext& context) override { return script_(context); }

 private:
  std::function<HandlerResult(JobContext&)> script_;
};

/// Waits until stop is requested; false where it is not, within a bounded time.
bool wait_for_stop(const JobContext& context, std::chrono::seconds longest = 20s) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any changed;
  changed.wait_for(lock, context.stop(), longest, [] { return false; });
  return context.stop().stop_requested();
}

HandlerResult succeed(JobContext& /*context*/) {
  return HandlerSuccess{"{}"};
}

class WorkerPoolTest : public ::testing::Test {
 protected:
  // As in the program, the log is there before any worker: the thread sanitizer can't see into spdlog's library, and so
  // not that its first use by two threads at once is safe.
  WorkerPoolTest() { spdlog::default_logger_raw(); }

  ~WorkerPoolTest() override {
    if (pool_) {
      pool_->begin_stop();
      pool_->join();
    }
    store_.reset();  // before the pool, which is its sink
  }

  void start(std::function<HandlerResult(JobContext&)> script, WorkerPoolOptions options = {2, 10s}) {
    std::vector<HandlerCatalog::Entry> entries;
    entries.push_back({"scripted", std::make_unique<ScriptedHandler>(std::move(script))});
    entries.push_back({"external", nullptr});
    catalog_.emplace(std::move(entries), "scripted");
    pool_.emplace(*store_, *catalog_, data_, clock_, *store_->snapshot(), options);
    store_->start({&*pool_});
    pool_->start();
  }

  void create(const std::vector<NewJob>& jobs) { store_->commit({CreateJobs{jobs}}); }

  TemporaryDirectory directory_;
  SystemClock clock_;
  DataDirectory data_ = DataDirectory::open(directory_.path() / "data").value();
  std::optional<HandlerCatalog> catalog_;
  std::optional<WorkerPool> pool_;
  std::unique_ptr<FakeJobStore> store_ = std::make_unique<FakeJobStore>(clock_, 20ms);
};

TEST_F(WorkerPoolTest, RunsAJobToItsEnd) {
  fs::path scratch;
  start([&](JobContext& context) -> HandlerResult {
    scratch = context.scratch();
    EXPECT_TRUE(fs::is_empty(scratch));
    std::ofstream(scratch / "left behind") << "x";
    context.log("a line\n");
    Progress progress;
    progress.percent = 50;
    EXPECT_TRUE(context.report(progress, {{0, "text"}}));
    return HandlerSuccess{R"({"n":1})"};
  });
  create({job_of(1)});
  const auto job = store_->wait_for(id_of(1), JobStatus::completed);
  EXPECT_EQ(job.result, R"({"n":1})");
  EXPECT_EQ(job.status_description, "Processed and saved to database");
  EXPECT_EQ(job.progress, 50);
  EXPECT_EQ(store_->text_of(id_of(1)), "text");
  EXPECT_FALSE(fs::exists(scratch));
  EXPECT_EQ(fs::file_size(data_.log(id_of(1))), 7U);
}

TEST_F(WorkerPoolTest, RunsWhatWasPendingAtTheStartByPriorityAndAge) {
  auto urgent = job_of(3);
  urgent.priority = 5;
  auto external = job_of(4);
  external.external = true;
  store_->remember({job_of(1), job_of(2), urgent, external});
  start(succeed, {1, 10s});
  for (const int i : {1, 2, 3}) {
    EXPECT_EQ(store_->wait_for(id_of(i), JobStatus::completed).status, JobStatus::completed);
  }
  EXPECT_EQ(store_->started(), (std::vector{id_of(3), id_of(1), id_of(2)}));
}

TEST_F(WorkerPoolTest, RunsEveryJobOnce) {
  std::atomic<int> runs{0};
  start(
      [&](JobContext&) -> HandlerResult {
        ++runs;
        return HandlerSuccess{"{}"};
      },
      {4, 10s});
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 200; ++i) jobs.push_back(job_of(i));
  create(jobs);
  for (const auto& job : jobs) EXPECT_EQ(store_->wait_for(job.id, JobStatus::completed).status, JobStatus::completed);
  EXPECT_EQ(runs, 200);
  EXPECT_EQ(store_->started().size(), 200U);
  EXPECT_EQ(pool_->stats().ready, 0);
}

TEST_F(WorkerPoolTest, RetriesUntilItSucceeds) {
  std::atomic<int> attempts{0};
  start([&](JobContext& context) -> HandlerResult {
    EXPECT_EQ(context.job().attempt, attempts + 1);
    if (++attempts < 3) return HandlerFailure{"not yet\xff", true};
    return HandlerSuccess{"{}"};
  });
  create({job_of(1)});
  const auto job = store_->wait_for(id_of(1), JobStatus::completed);
  EXPECT_EQ(job.retry_count, 2);
  EXPECT_EQ(job.error_message, "not yet\xef\xbf\xbd");
}

TEST_F(WorkerPoolTest, DoesNotRetryWhatCannotHelp) {
  start([](JobContext&) -> HandlerResult { return HandlerFailure{std::string(10'000, 'x'), false}; });
  create({job_of(1)});
  const auto job = store_->wait_for(id_of(1), JobStatus::failed);
  EXPECT_EQ(job.retry_count, 0);
  EXPECT_EQ(job.error_message->size(), limits::message_bytes);
}

TEST_F(WorkerPoolTest, CountsAnExceptionAsARetryableFailure) {
  start([](JobContext& context) -> HandlerResult {
    if (context.job().attempt == 1) throw std::runtime_error("/secret/path");
    throw 5;
  });
  auto wanted = job_of(1);
  wanted.max_retries = 1;
  create({wanted});
  const auto job = store_->wait_for(id_of(1), JobStatus::failed);
  EXPECT_EQ(job.retry_count, 1);
  EXPECT_EQ(job.error_message, "The scripted handler failed unexpectedly");
}

TEST_F(WorkerPoolTest, FailsAJobWhoseFileIsGone) {
  start(succeed);
  auto without = job_of(1);
  without.has_input = true;
  auto with = job_of(2);
  with.has_input = true;
  std::ofstream(data_.upload(with.id)) << "here";
  create({without, with});
  const auto job = store_->wait_for(id_of(1), JobStatus::failed);
  EXPECT_EQ(job.error_message, "The uploaded file is gone");
  EXPECT_EQ(job.retry_count, 0);
  EXPECT_EQ(store_->wait_for(id_of(2), JobStatus::completed).status, JobStatus::completed);
}

TEST_F(WorkerPoolTest, AJobOfAKindThatIsNotConfiguredWaits) {
  start(succeed);
  auto wanted = job_of(1);
  wanted.kind = "thumbnail";
  create({wanted, job_of(2)});
  store_->wait_for(id_of(2), JobStatus::completed);
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::pending).attempt, 0);
}

TEST_F(WorkerPoolTest, FailsAJobWhoseResultIsTooLarge) {
  start([](JobContext&) -> HandlerResult { return HandlerSuccess{std::string(limits::result_bytes + 1, ' ')}; });
  create({job_of(1)});
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::failed).retry_count, 0);
}

TEST_F(WorkerPoolTest, KeepsTheFileThatAnAttemptMade) {
  fs::create_directory(data_.results_of(id_of(1)));
  std::ofstream(data_.result_file(id_of(1), 0)) << "of an earlier attempt";
  start([](JobContext& context) -> HandlerResult {
    EXPECT_EQ(context.payload(), std::nullopt);
    HandlerSuccess success{"{}"};
    success.output = context.scratch() / "made";
    if (context.job().attempt == 1) return success;
    std::ofstream(*success.output) << "made";
    return success;
  });
  create({job_of(1)});
  const auto job = store_->wait_for(id_of(1), JobStatus::completed);
  EXPECT_EQ(job.retry_count, 1);
  EXPECT_EQ(job.error_message, "The server could not save the result");
  EXPECT_EQ(fs::file_size(data_.result_file(id_of(1), 2)), 4U);
  EXPECT_FALSE(fs::exists(data_.result_file(id_of(1), 0)));
}

TEST_F(WorkerPoolTest, StopsAJobThatIsCancelledWhileItRuns) {
  std::atomic<bool> stopped{false};
  std::atomic<bool> reported{true};
  std::atomic<int> begun{0};
  start([&](JobContext& context) -> HandlerResult {
    context.report({});
    begun += 1;
    stopped = wait_for_stop(context);
    reported = context.report({});
    return HandlerSuccess{"{}"};
  });
  create({job_of(1)});
  ASSERT_TRUE(eventually([&] { return begun == 1; }));
  store_->commit({CancelJob{id_of(1)}});
  create({job_of(2), job_of(3)});
  ASSERT_TRUE(eventually([&] { return begun == 3; }));
  store_->commit({CancelJob{id_of(2)}, CancelJob{id_of(3)}});
  pool_->begin_stop();
  pool_->join();
  EXPECT_TRUE(stopped);
  EXPECT_FALSE(reported);
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::cancelled).status, JobStatus::cancelled);
  EXPECT_EQ(pool_->stats().interrupted, 0);
  EXPECT_EQ(pool_->stats().completed, 0);
}

TEST_F(WorkerPoolTest, GoesOnWhenAClaimIsRefused) {
  std::atomic<int> runs{0};
  start([&](JobContext&) -> HandlerResult {
    ++runs;
    return HandlerSuccess{"{}"};
  });
  store_->refuse([](const Command& command) -> std::optional<errc> {
    const auto* const start = std::get_if<StartJob>(&command);
    return start != nullptr && start->id == id_of(1) ? std::optional(errc::invalid_transition) : std::nullopt;
  });
  create({job_of(1)});
  store_->commit({CancelJob{id_of(1)}});
  create({job_of(2)});
  EXPECT_EQ(store_->wait_for(id_of(2), JobStatus::completed).status, JobStatus::completed);
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::cancelled).status, JobStatus::cancelled);
  EXPECT_EQ(runs, 1);
}

TEST_F(WorkerPoolTest, KeepsTryingWhileTheStoreCannotTakeIt) {
  std::atomic<int> refusals{0};
  const errc reasons[] = {errc::queue_full, errc::storage_unavailable, errc::storage_full};
  store_->refuse([&](const Command& command) -> std::optional<errc> {
    if (std::holds_alternative<CreateJobs>(command) || refusals >= 9) return std::nullopt;
    // Every third command passes, so that each kind of command is refused.
    const auto turn = refusals++;
    return turn % 4 == 3 ? std::nullopt : std::optional(reasons[turn % 3]);
  });
  std::atomic<int> runs{0};
  start(
      [&](JobContext& context) -> HandlerResult {
        ++runs;
        EXPECT_TRUE(context.report({}, {{0, "once"}}));
        return HandlerSuccess{"{}"};
      },
      {1, 10s});
  create({job_of(1)});
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::completed).status, JobStatus::completed);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(store_->text_of(id_of(1)), "once");
  EXPECT_EQ(refusals, 9);
}

TEST_F(WorkerPoolTest, LetsRunningJobsFinishWithinTheGrace) {
  std::stop_source go;
  start(
      [&](JobContext& context) -> HandlerResult {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any changed;
        changed.wait_for(lock, go.get_token(), 20s, [] { return false; });
        EXPECT_FALSE(context.stop().stop_requested());
        EXPECT_TRUE(context.report({}));
        return HandlerSuccess{"{}"};
      },
      {1, 60s});
  create({job_of(1), job_of(2)});
  store_->wait_for(id_of(1), JobStatus::processing);
  pool_->begin_stop();
  go.request_stop();
  pool_->join();
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::completed).status, JobStatus::completed);
  EXPECT_EQ(store_->wait_for(id_of(2), JobStatus::pending).status, JobStatus::pending);
  EXPECT_EQ(store_->started().size(), 1U);
}

TEST_F(WorkerPoolTest, GivesBackWhatStillRunsAfterTheGrace) {
  start(
      [](JobContext& context) -> HandlerResult {
        EXPECT_TRUE(wait_for_stop(context));
        return HandlerFailure{"stopped", false};
      },
      {2, 1ms});
  create({job_of(1), job_of(2)});
  store_->wait_for(id_of(1), JobStatus::processing);
  store_->wait_for(id_of(2), JobStatus::processing);
  pool_->begin_stop();
  pool_->join();
  for (const int i : {1, 2}) {
    const auto job = store_->wait_for(id_of(i), JobStatus::pending);
    EXPECT_EQ(job.status, JobStatus::pending);
    EXPECT_EQ(job.retry_count, 0);
  }
  EXPECT_EQ(pool_->stats().interrupted, 2);
  EXPECT_EQ(pool_->stats().running, 0);
}

TEST_F(WorkerPoolTest, StopsThoughTheStoreTakesNothing) {
  start(
      [&](JobContext& context) -> HandlerResult {
        store_->refuse([](const Command&) -> std::optional<errc> { return errc::storage_unavailable; });
        EXPECT_FALSE(context.report({}));
        return HandlerSuccess{"{}"};
      },
      {2, 1ms});
  create({job_of(1)});
  store_->wait_for(id_of(1), JobStatus::processing);
  pool_->begin_stop();
  pool_->join();
  EXPECT_EQ(pool_->stats().completed, 0);
}

TEST_F(WorkerPoolTest, StopsBeforeItWasStarted) {
  store_->start({});
  const HandlerCatalog catalog({}, "");
  WorkerPool pool(*store_, catalog, data_, clock_, {});
}

TEST_F(WorkerPoolTest, RunsADelayedJobWhenItsTimeHasCome) {
  start(succeed, {1, 10s});
  auto later = job_of(1);
  later.run_at = clock_.timestamp() + 150ms;
  create({later, job_of(2)});
  EXPECT_EQ(store_->wait_for(id_of(1), JobStatus::completed).status, JobStatus::completed);
  EXPECT_GE(clock_.timestamp(), *later.run_at);
  EXPECT_EQ(store_->started(), (std::vector{id_of(2), id_of(1)}));
}

}  // namespace
}  // namespace jobcast
