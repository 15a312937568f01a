#include <chrono>
#include <string>

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

const ContractOptions ten_a_second{.max_queued_jobs = 1000, .progress_per_second = 10, .obstacle = {}};

Progress percent(int value, std::optional<std::string> message = {}) {
  Progress progress;
  progress.percent = value;
  progress.message = std::move(message);
  return progress;
}

TEST_P(StoreContract, with_rate_0_every_report_is_an_event) {
  auto& store = reopen();
  const auto job = started(store);
  for (int i = 0; i < 20; ++i) store.apply(ReportProgress{job.id, 1, percent(i), {}});
  EXPECT_EQ(sink_->events().size(), 22U);
}

TEST_P(StoreContract, reports_above_the_rate_wait_and_the_latest_is_told_in_time) {
  auto& store = reopen(ten_a_second);
  const auto job = started(store);
  store.apply(ReportProgress{job.id, 1, percent(1, "one"), {}});
  EXPECT_EQ(sink_->events().size(), 3U) << "the first is told at once";
  const auto shown = store.apply(ReportProgress{job.id, 1, percent(2), {}});
  EXPECT_EQ(shown.progress, 2) << "the answer shows what was told";
  store.apply(ReportProgress{job.id, 1, percent(3, "three"), {}});
  EXPECT_EQ(sink_->events().size(), 3U);
  EXPECT_EQ(store.find(job.id).value().progress, 1);

  clock_.advance(100ms);
  ASSERT_TRUE(sink_->wait_for(4));
  const auto events = sink_->events();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[3]->type, EventType::progress);
  EXPECT_EQ(events[3]->job.progress, 3);
  EXPECT_EQ(events[3]->job.status_description, "three");
  EXPECT_EQ(events[3]->at, clock_.timestamp());
}

TEST_P(StoreContract, a_move_first_tells_the_progress_that_waits) {
  auto& store = reopen(ten_a_second);
  const auto job = started(store);
  store.apply(ReportProgress{job.id, 1, percent(1), {}});
  store.apply(ReportProgress{job.id, 1, percent(99, "nearly"), {}});
  const auto done = store.apply(CompleteJob{job.id, 1, "{}", "done"});
  const auto events = sink_->events();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[3]->type, EventType::progress);
  EXPECT_EQ(events[3]->job.progress, 99);
  EXPECT_EQ(events[4]->type, EventType::moved);
  EXPECT_EQ(events[4]->job.seq, done.seq);
  EXPECT_EQ(done.seq, events[3]->job.seq + 1);
  EXPECT_EQ(events[4]->previous_status, JobStatus::processing);

  // Nothing is left over for later.
  clock_.advance(1s);
  store.create(wanted());
  EXPECT_EQ(sink_->events().size(), 6U);
}

TEST_P(StoreContract, a_refused_move_leaves_waiting_progress_where_it_was) {
  auto& store = reopen(ten_a_second);
  const auto job = started(store);
  store.apply(ReportProgress{job.id, 1, percent(1), {}});
  store.apply(ReportProgress{job.id, 1, percent(2), {}});
  EXPECT_THAT(store.submit(RetryJob{job.id}), FailsWith(errc::invalid_transition));
  EXPECT_EQ(sink_->events().size(), 3U);
  clock_.advance(100ms);
  ASSERT_TRUE(sink_->wait_for(4));
  EXPECT_EQ(sink_->events()[3]->job.progress, 2);
}

TEST_P(StoreContract, a_progress_only_patch_above_the_rate_waits_too) {
  auto& store = reopen(ten_a_second);
  const auto job = store.create(wanted_external());
  store.apply(patch(job.id, JobStatus::processing));
  store.apply(patch(job.id, {}, 10));
  const auto shown = store.apply(patch(job.id, {}, 20, "twenty"));
  EXPECT_EQ(shown.progress, 20);
  EXPECT_EQ(shown.status_description, "twenty");
  EXPECT_EQ(store.apply(patch(job.id, JobStatus::processing, 30)).status_description, "twenty");
  EXPECT_EQ(sink_->events().size(), 3U);
  EXPECT_EQ(store.apply(patch(job.id, {}, {}, {}, "{\"half\":1}")).progress, 30) << "a result is no mere progress";
  const auto events = sink_->events();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[3]->job.progress, 30);
  EXPECT_EQ(events[3]->job.result, std::nullopt);
  EXPECT_EQ(events[4]->job.result, "{\"half\":1}");
}

TEST_P(StoreContract, each_job_has_a_rate_of_its_own) {
  auto& store = reopen(ten_a_second);
  const auto first = started(store);
  const auto second = started(store);
  store.apply(ReportProgress{first.id, 1, percent(1), {}});
  store.apply(ReportProgress{second.id, 1, percent(1), {}});
  EXPECT_EQ(sink_->events().size(), 6U);
}

TEST_P(StoreContract, closing_the_store_tells_the_progress_that_waits) {
  auto& store = reopen(ten_a_second);
  const auto job = store.create(wanted_external());
  store.apply(patch(job.id, JobStatus::processing));
  store.apply(patch(job.id, {}, 10));
  store.apply(patch(job.id, {}, 20));
  close();
  EXPECT_EQ(sink_->events().size(), 4U);
  reopen(ten_a_second);
  const auto found = client_->find(job.id).value();
  EXPECT_EQ(found.progress, 20);
  EXPECT_EQ(found.status, JobStatus::processing) << "whoever runs it is elsewhere";
}

TEST_P(StoreContract, chunks_are_saved_even_while_their_progress_waits) {
  auto& store = reopen(ten_a_second);
  const auto job = started(store);
  for (int i = 0; i < 3; ++i) {
    store.apply(ReportProgress{job.id, 1, {i, 3, i + 1, {}}, {{i, std::to_string(i)}}});
  }
  EXPECT_EQ(sink_->events().size(), 3U);
  const auto done = store.apply(CompleteJob{job.id, 1, "{}", "done"});
  EXPECT_EQ(done.processed_chunks, 3);
  EXPECT_EQ(store.read_text(job.id, 0, 100).value().text, "012");
}

}  // namespace
}  // namespace jobcast
