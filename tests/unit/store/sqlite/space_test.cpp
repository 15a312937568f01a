#include <cstdint>
#include <gtest/gtest.h>
#include <limits>

#include "base/ids.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "support/manual_clock.hpp"
#include "support/result_matchers.hpp"
#include "support/store_client.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

TEST(Space, with_too_little_left_no_job_is_taken_but_those_there_go_on) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  JobIdSource ids(clock);
  RecordingSink sink;
  const auto wanted = [&] {
    NewJob job;
    job.id = ids.make();
    job.filename = "f";
    job.kind = "document";
    return job;
  };
  const auto open = [&](std::uint64_t min_free_bytes) {
    StoreOptions options;
    options.database = directory.path() / "jobcast.db";
    options.min_free_bytes = min_free_bytes;
    auto opened = open_sqlite_store(options, clock).value();
    opened.jobs->start({&sink});
    return opened;
  };
  JobId there;
  {
    const auto plenty = open(0);
    there = StoreClient(*plenty.jobs, *plenty.events).create(wanted()).id;
  }
  const auto scarce = open(std::numeric_limits<std::uint64_t>::max());
  StoreClient store(*scarce.jobs, *scarce.events);
  EXPECT_THAT(store.submit(CreateJobs{{wanted()}}), FailsWith(errc::storage_full));
  EXPECT_TRUE(store.submit(CancelJob{there}).has_value());
}

}  // namespace
}  // namespace jobcast
