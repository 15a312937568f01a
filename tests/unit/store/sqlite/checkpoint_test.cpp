#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "jobcast/limits.hpp"

#include "base/ids.hpp"
#include "base/system_clock.hpp"
#include "store/sqlite/read_gate.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/store_client.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

TEST(ReadGate, waits_for_those_inside_and_holds_back_the_others) {
  ReadGate gate;
  auto inside = std::make_unique<ReadGate::Pass>(gate);
  EXPECT_FALSE(gate.close(0ms));
  auto closed = std::async(std::launch::async, [&] { return gate.close(20s); });
  inside.reset();
  EXPECT_TRUE(closed.get());
  std::atomic<bool> is_in = false;
  std::thread late([&] {
    const ReadGate::Pass pass(gate);
    is_in = true;
  });
  EXPECT_FALSE(is_in);
  gate.open();
  late.join();
  EXPECT_TRUE(is_in);
}

TEST(Checkpoint, the_log_stays_bounded_under_readers_without_end) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  JobIdSource ids(clock);
  RecordingSink sink;
  StoreOptions options;
  options.database = directory.path() / "jobcast.db";
  options.min_free_bytes = 0;
  auto opened = open_sqlite_store(options, clock).value();
  opened.jobs->start({&sink});
  StoreClient store(*opened.jobs, *opened.events);
  const auto log = directory.path() / "jobcast.db-wal";

  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) EXPECT_TRUE(store.list({}).has_value());
    });
  }
  std::uintmax_t largest = 0;
  for (int i = 0; i < 80; ++i) {
    NewJob job;
    job.id = ids.make();
    job.filename = "f";
    job.kind = "document";
    job.payload = std::string(1'000'000, 'p');
    store.create(job);
    largest = std::max(largest, std::filesystem::file_size(log));
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_GT(largest, 1'000'000U);
  EXPECT_LT(largest, static_cast<std::uintmax_t>(limits::wal_checkpoint_bytes) + 8'000'000);
}

}  // namespace
}  // namespace jobcast
