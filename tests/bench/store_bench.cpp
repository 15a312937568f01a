// Durable enqueue through the store's port, and no-op jobs from end to end, against bare SQLite that writes the same
// rows in the same groups; both also in a database that holds many finished jobs.
//
//     bench_store [jobs a round] [rounds] [finished jobs]
//     bench_store no-op [jobs a round] [rounds]            nothing but the no-op jobs, for a profiler

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "base/system_clock.hpp"
#include "enqueue.hpp"
#include "figures.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/temporary_directory.hpp"
#include "work/worker_pool.hpp"

namespace jobcast::bench {
namespace {

constexpr unsigned workers = 64;

struct Round {
  double jobs_per_second = 0;
  Groups groups;
};

double rate(std::size_t jobs, SteadyClock::duration time) {
  return static_cast<double>(jobs) / seconds(time);
}

StoreOptions options_in(const TemporaryDirectory& directory, const std::filesystem::path& history, std::size_t jobs) {
  StoreOptions options;
  options.database = directory.path() / "jobcast.db";
  options.max_queued_jobs = jobs * 2;
  if (!history.empty()) copy_history(history, options.database);
  return options;
}

Round through_the_store(Producers run, std::size_t jobs, const std::filesystem::path& history) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  JobIdSource ids(clock);
  GroupSizes sink;
  auto store = open_sqlite_store(options_in(directory, history, jobs), clock).value();
  store.jobs->start({&sink});
  const auto begin = SteadyClock::now();
  run(*store.jobs, ids, jobs);
  const auto time = SteadyClock::now() - begin;
  store.events.reset();
  store.jobs.reset();
  return {rate(jobs, time), std::move(sink.sizes)};
}

class NoOp final : public JobHandler {
 public:
  HandlerResult run(JobContext& /*context*/) override { return HandlerSuccess{"{}"}; }
};

/// Counts jobs that completed.
class Completions final : public EventSink {
 public:
  void on_commit(EventSpan events) override {
    for (const auto& event : events) count += event->job.status == JobStatus::completed ? 1 : 0;
    count.notify_all();
  }
  void wait_for(std::size_t jobs) const {
    for (auto now = count.load(); now < jobs; now = count.load()) count.wait(now);
  }
  std::atomic<std::size_t> count{0};
};

double resident_mib() {
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1048576.0;
}

/// Jobs a second that are made, started, run and completed, each step durable.
double end_to_end(std::size_t jobs, const std::filesystem::path& history) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  JobIdSource ids(clock);
  const auto data = DataDirectory::open(directory.path() / "data").value();
  std::vector<HandlerCatalog::Entry> entries;
  entries.push_back({"document", std::make_unique<NoOp>()});
  const HandlerCatalog catalog(std::move(entries), "document");
  auto store = open_sqlite_store(options_in(directory, history, jobs), clock).value();
  WorkerPool pool(*store.jobs, catalog, data, clock, store.jobs->snapshot().value(), {workers, {}});
  Completions completions;
  store.jobs->start({&pool, &completions});
  pool.start();
  const auto begin = SteadyClock::now();
  run_on_answers(*store.jobs, ids, jobs);
  completions.wait_for(jobs);
  const auto time = SteadyClock::now() - begin;
  pool.begin_stop();
  pool.join();
  store.events.reset();
  store.jobs.reset();
  return rate(jobs, time);
}

void compare_enqueue(const char* how, Producers run, std::size_t jobs, int rounds) {
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const auto store = through_the_store(run, jobs, {});
    const auto same = bare_rate(store.groups);
    ratios.push_back(store.jobs_per_second / same);
    std::printf("enqueue, round %d: %s: store %.0f jobs/s in groups of %.1f; bare %.0f in the same groups\n", round + 1,
                how, store.jobs_per_second, static_cast<double>(jobs) / static_cast<double>(store.groups.size()), same);
  }
  std::printf("durable enqueue %s: store/bare %.2f (%.2f to %.2f); median of %d (want 0.80)\n", how, median(ratios),
              *std::ranges::min_element(ratios), *std::ranges::max_element(ratios), rounds);
}

void compare_end_to_end(std::size_t jobs, int rounds) {
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const auto ours = end_to_end(jobs, {});
    const auto bare = bare_rate(Groups(jobs / producers, producers));
    ratios.push_back(ours / bare);
    std::printf("no-op jobs, round %d: %.0f jobs/s; bare enqueue %.0f\n", round + 1, ours, bare);
  }
  std::printf("no-op jobs end to end: jobs/bare enqueue %.2f (%.2f to %.2f); median of %d (want 0.25)\n",
              median(ratios), *std::ranges::min_element(ratios), *std::ranges::max_element(ratios), rounds);
}

/// By turns, since the machine's speed changes from minute to minute.
void compare_with_history(const std::filesystem::path& history, unsigned long long finished, std::size_t jobs,
                          int rounds) {
  std::vector<double> enqueue;
  std::vector<double> no_op;
  for (int round = 0; round < rounds; ++round) {
    enqueue.push_back(through_the_store(run_on_answers, jobs, history).jobs_per_second /
                      through_the_store(run_on_answers, jobs, {}).jobs_per_second);
    no_op.push_back(end_to_end(jobs, history) / end_to_end(jobs, {}));
  }
  std::printf(
      "with %llu finished jobs: enqueue %.2f, no-op jobs %.2f of the empty database's; medians of %d (want 0.90)\n",
      finished, median(enqueue), median(no_op), rounds);
}

void compare_memory(std::size_t jobs) {
  end_to_end(jobs, {});
  const auto before = resident_mib();
  for (int i = 0; i < 4; ++i) end_to_end(jobs, {});
  std::printf("memory: %.1f MiB after %zu jobs, %.1f MiB after %zu; median of 1\n", before, jobs, resident_mib(),
              5 * jobs);
}

}  // namespace
}  // namespace jobcast::bench

int main(int argc, char** argv) {
  using namespace jobcast::bench;
  const bool only_no_op = argc > 1 && std::string_view(argv[1]) == "no-op";
  if (only_no_op) {
    --argc;
    ++argv;
  }
  const auto jobs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 64'000;
  const int rounds = std::max(argc > 2 ? std::atoi(argv[2]) : 5, 1);
  const auto finished = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1'000'000;
  const auto whole = std::max<std::size_t>(jobs, producers) / producers * producers;

  if (only_no_op) {
    compare_end_to_end(whole, rounds);
    return 0;
  }
  compare_enqueue("by 64 event loops", run_on_answers, whole, rounds);
  compare_enqueue("by 64 threads", run_threads, whole, rounds);
  compare_end_to_end(whole, rounds);
  compare_memory(whole / 4);
  if (finished == 0) return 0;
  const jobcast::TemporaryDirectory directory;
  const auto history = directory.path() / "history.db";
  make_history(history, finished);
  compare_with_history(history, finished, whole, rounds);
}
