#include "push/fan_out.hpp"

#include <algorithm>
#include <gmock/gmock.h>

#include "framed.hpp"
#include "push/job_json.hpp"

namespace jobcast::push {
namespace {

JobCounts counts_of(std::initializer_list<std::int64_t> by_status) {
  JobCounts counts;
  std::copy(by_status.begin(), by_status.end(), counts.by_status);
  return counts;
}

TEST(CountEventTest, MovesAJobFromStateToState) {
  struct Case {
    EventType type;
    std::optional<JobStatus> from;
    JobStatus to;
    JobCounts after;  // from {3, 3, 3, 3, 3}
  };
  const Case cases[] = {
      {EventType::created, {}, JobStatus::pending, counts_of({4, 3, 3, 3, 3})},
      {EventType::moved, JobStatus::pending, JobStatus::processing, counts_of({2, 4, 3, 3, 3})},
      {EventType::moved, JobStatus::processing, JobStatus::completed, counts_of({3, 2, 4, 3, 3})},
      {EventType::moved, JobStatus::pending, JobStatus::pending, counts_of({3, 3, 3, 3, 3})},
      {EventType::progress, JobStatus::processing, JobStatus::processing, counts_of({3, 3, 3, 3, 3})},
      {EventType::deleted, JobStatus::failed, JobStatus::failed, counts_of({3, 3, 3, 2, 3})},
      {EventType::deleted, JobStatus::cancelled, JobStatus::cancelled, counts_of({3, 3, 3, 3, 2})},
  };
  for (const auto& [type, from, to, after] : cases) {
    auto counts = counts_of({3, 3, 3, 3, 3});
    count_event(counts, *make_event(type, make_job(1, "a", to), from));
    EXPECT_EQ(counts, after) << static_cast<int>(type) << ' ' << to_string(to);
  }
}

TEST(FanOutTest, FramesABatchOnceForAllShards) {
  std::atomic<std::int64_t> delta_streams{0};
  std::vector<std::shared_ptr<const FramedBatch>> got;
  const auto publish = [&](std::shared_ptr<const FramedBatch> batch) { got.push_back(std::move(batch)); };
  FanOut fan_out(counts_of({5, 0, 0, 0, 0}), {{publish, {}}, {publish, {}}}, delta_streams);

  const auto job = make_job(7, "a");
  const auto running = at_seq(job, 8, JobStatus::processing);
  const std::vector<EventPtr> events = {make_event(EventType::created, job),
                                        make_event(EventType::moved, running, JobStatus::pending)};
  fan_out.on_commit(events);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0], got[1]) << "shared, not copied";
  const auto& batch = *got[0];
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch[0]->event, events[0]);
  EXPECT_EQ(batch[1]->job_json, job_json(running));
  EXPECT_EQ(batch[1]->chosen.payload(), event_payload(*events[1], job_json(running)));
  EXPECT_FALSE(batch[1]->delta) << "nobody has asked for it";
  EXPECT_EQ(batch[0]->counts, counts_of({6, 0, 0, 0, 0}));
  EXPECT_EQ(batch[1]->counts, counts_of({5, 1, 0, 0, 0}));
}

TEST(FanOutTest, TellsEveryShardOfAPauseInOrder) {
  std::atomic<std::int64_t> delta_streams{0};
  std::vector<std::string> told;
  const FanOut::Receiver receiver{
      [&](const auto& batch) { told.push_back("batch of " + std::to_string(batch->size())); },
      [&](const std::string& kind, bool paused) { told.push_back(kind + (paused ? " paused" : " resumed")); }};
  FanOut fan_out({}, {receiver, receiver}, delta_streams);
  const std::vector<EventPtr> events = {make_event(EventType::created, make_job(7, "a"))};
  fan_out.on_pause("document", true);
  fan_out.on_commit(events);
  fan_out.on_pause("document", false);
  EXPECT_THAT(told, testing::ElementsAre("document paused", "document paused", "batch of 1", "batch of 1",
                                         "document resumed", "document resumed"));
}

TEST(FanOutTest, FramesDeltasWhileSomebodyTakesThem) {
  std::atomic<std::int64_t> delta_streams{1};
  std::shared_ptr<const FramedBatch> got;
  FanOut fan_out({}, {{[&](auto batch) { got = std::move(batch); }, {}}}, delta_streams);
  const std::vector<EventPtr> events = {make_event(EventType::created, make_job(7, "a"))};
  fan_out.on_commit(events);
  ASSERT_TRUE(got && got->front()->delta);
  EXPECT_EQ(got->front()->delta->payload(),
            delta_payload(*events[0], got->front()->job_json, counts_of({1, 0, 0, 0, 0})));
}

}  // namespace
}  // namespace jobcast::push
