#include "work/retention.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include "base/system_clock.hpp"
#include "support/eventually.hpp"
#include "support/fake_job_store.hpp"
#include "support/make_job.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

TEST(RetentionTest, RemovesTheFilesOfJobsThatAreForgotten) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  const auto data = DataDirectory::open(directory.path() / "data").value();
  FakeJobStore store(clock);
  NewJob finished;
  finished.id = make_id(1);
  NewJob waiting;
  waiting.id = make_id(2);
  store.remember({finished, waiting});
  store.start({});
  for (const auto& id : {finished.id, waiting.id}) std::ofstream(data.upload(id)) << "text";
  store.commit({CancelJob{finished.id}});

  Retention retention(store, data, clock, {});
  retention.start();
  EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(data.upload(finished.id)); }));
  EXPECT_TRUE(std::filesystem::exists(data.upload(waiting.id)));
  retention.stop();
}

}  // namespace
}  // namespace jobcast
