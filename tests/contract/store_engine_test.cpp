#include "jobcast/limits.hpp"

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// ---- idempotency keys

CreateJobs keyed(std::vector<NewJob> jobs, std::string key) {
  return {std::move(jobs), std::move(key)};
}

TEST_P(StoreContract, a_repeated_key_gives_the_first_jobs) {
  auto& store = reopen();
  const auto first = store.submit(keyed({wanted("a"), wanted("b")}, "k")).value();
  EXPECT_FALSE(first.repeated);
  const auto told = sink_->events().size();
  const auto again = store.submit(keyed({wanted("c")}, "k")).value();
  EXPECT_TRUE(again.repeated);
  ASSERT_EQ(again.jobs.size(), 2U);
  EXPECT_EQ(again.jobs[0].id, first.jobs[0].id);
  EXPECT_EQ(again.jobs[1].id, first.jobs[1].id);
  EXPECT_EQ(sink_->events().size(), told);
  EXPECT_FALSE(store.submit(keyed({wanted("c")}, "other")).value().repeated);

  auto& reopened = reopen();
  EXPECT_TRUE(reopened.submit(keyed({wanted("d")}, "k")).value().repeated);
}

TEST_P(StoreContract, a_key_is_kept_for_a_day_even_without_its_jobs) {
  auto& store = reopen();
  const auto job = store.submit(keyed({wanted()}, "k")).value().jobs.at(0);
  clock_.advance(24h + 1s);
  EXPECT_FALSE(store.submit(keyed({wanted()}, "k")).value().repeated);
  const auto other = store.submit(keyed({wanted()}, "o")).value().jobs.at(0);
  store.apply(CancelJob{other.id});
  store.apply(DeleteJob{other.id});
  EXPECT_THAT(store.submit(keyed({wanted()}, "o")), FailsWith(errc::idempotency_key_used));
  clock_.advance(24h + 1s);
  EXPECT_FALSE(store.submit(keyed({wanted()}, "o")).value().repeated);
  EXPECT_TRUE(store.find(job.id).has_value());
}

TEST_P(StoreContract, a_key_whose_jobs_found_no_room_is_not_used_up) {
  auto& store = reopen({.max_queued_jobs = 1, .progress_per_second = 0, .obstacle = {}});
  EXPECT_THAT(store.submit(keyed({wanted(), wanted()}, "k")), FailsWith(errc::queue_full));
  EXPECT_FALSE(store.submit(keyed({wanted()}, "k")).value().repeated);
  EXPECT_TRUE(store.submit(keyed({wanted()}, "k")).value().repeated) << "a repeat needs no room";
}

// ---- many at once

TEST_P(StoreContract, steering_many_skips_what_can_not_be) {
  auto& store = reopen();
  const auto waiting = store.create(wanted("waiting"));
  const auto running = started(store);
  const auto done = started(store);
  store.apply(CompleteJob{done.id, 1, "{}", "done"});
  const auto outcome =
      store.submit(SteerJobs{SteerAction::cancel, {waiting.id, running.id, done.id, ids_.make(), waiting.id}}).value();
  EXPECT_EQ(outcome.jobs.size(), 2U);
  EXPECT_EQ(outcome.skipped, 3);
  EXPECT_EQ(store.find(running.id).value().status, JobStatus::cancelled);
  EXPECT_EQ(store.find(done.id).value().status, JobStatus::completed);

  const auto removed = store.submit(SteerJobs{SteerAction::remove, {waiting.id, done.id}}).value();
  EXPECT_EQ(removed.jobs.size(), 2U);
  EXPECT_THAT(store.find(done.id), FailsWith(errc::job_not_found));
}

// ---- pauses

TEST_P(StoreContract, a_paused_kind_is_told_and_outlives_a_restart) {
  struct PauseSink final : EventSink {
    void on_commit(EventSpan /*events*/) override {}
    void on_pause(std::string_view kind, bool paused) override { told.emplace_back(kind, paused); }
    std::vector<std::pair<std::string, bool>> told;
  };
  PauseSink sink;
  {
    const auto opened = home_->open({}, clock_);
    opened.jobs->start({&sink});
    StoreClient store(*opened.jobs, *opened.events);
    ASSERT_TRUE(store.submit(PauseHandler{"document", true}));
    ASSERT_TRUE(store.submit(PauseHandler{"external", true}));
    ASSERT_TRUE(store.submit(PauseHandler{"document", true}));
    ASSERT_TRUE(store.submit(PauseHandler{"external", false}));
  }
  const std::vector<std::pair<std::string, bool>> told = {
      {"document", true}, {"external", true}, {"document", true}, {"external", false}};
  EXPECT_EQ(sink.told, told);
  reopen();
  EXPECT_THAT(snapshot_.paused, ElementsAre("document"));
}

// ---- retention

/// Steps until nothing old is found; the jobs that were deleted.
std::vector<JobId> prune(StoreClient& store, const Clock& clock, std::chrono::milliseconds finished,
                         std::chrono::milliseconds events) {
  std::vector<JobId> deleted;
  for (int step = 0; step < 1000; ++step) {
    const auto now = clock.timestamp();
    const auto outcome = store.submit(Prune{now - finished, now - events, now - 24h}).value();
    for (const auto& job : outcome.jobs) deleted.push_back(job.id);
    if (outcome.affected == 0) return deleted;
  }
  ADD_FAILURE() << "pruning does not end";
  return deleted;
}

TEST_P(StoreContract, deletes_finished_jobs_that_are_old_enough) {
  auto& store = reopen();
  const auto old = failed(store, wanted("old"));
  const auto waiting = store.create(wanted("waiting"));
  clock_.advance(48h);
  const auto young = failed(store, wanted("young"));
  EXPECT_THAT(prune(store, clock_, 24h, 1000h), ElementsAre(old.id));
  EXPECT_THAT(store.find(old.id), FailsWith(errc::job_not_found));
  EXPECT_TRUE(store.find(waiting.id).has_value());
  EXPECT_TRUE(store.find(young.id).has_value());
  EXPECT_EQ(sink_->events().back()->type, EventType::deleted) << "watchers are told";
}

TEST_P(StoreContract, forgets_old_progress_and_keeps_status_changes) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  store.apply(patch(job.id, JobStatus::processing));
  for (int percent = 0; percent < 100; ++percent) store.apply(patch(job.id, {}, percent));
  const auto end = store.apply(patch(job.id, JobStatus::completed));
  clock_.advance(25h);
  const auto other = store.create(wanted_external("other"));
  store.apply(patch(other.id, JobStatus::processing));
  const auto young = store.apply(patch(other.id, {}, 1));

  prune(store, clock_, 1000h, 24h);
  EXPECT_EQ(store.history(job.id).value().size(), 3U);
  EXPECT_EQ(store.history(other.id).value().size(), 3U);
  EXPECT_FALSE(store.open({job.id}, job.seq).value().after_is_known) << "progress after it is gone";
  EXPECT_TRUE(store.open({job.id}, end.seq).value().after_is_known);
  EXPECT_TRUE(store.open({other.id}, young.seq).value().after_is_known);
  EXPECT_TRUE(store.open({other.id}, job.seq).value().after_is_known) << "nothing of this one is gone";
  EXPECT_FALSE(store.open({std::string("far.bin")}, job.seq).value().after_is_known);
  EXPECT_TRUE(prune(store, clock_, 1000h, 24h).empty()) << "again: nothing is left to do";
}

TEST_P(StoreContract, forgets_tombstones_with_their_events) {
  auto& store = reopen();
  const auto job = failed(store, wanted());
  store.apply(DeleteJob{job.id});
  prune(store, clock_, 1000h, 24h);
  EXPECT_TRUE(store.open({job.id}, std::nullopt).value().targets.at(0).tombstone.has_value()) << "it is young";
  clock_.advance(25h);
  prune(store, clock_, 1000h, 24h);
  const auto kept = store.create(wanted("kept"));
  EXPECT_TRUE(store.open({kept.id}, job.seq).value().after_is_known);
  const auto opening = store.open({job.id}, job.seq).value();
  EXPECT_FALSE(opening.targets.at(0).tombstone.has_value());
  EXPECT_FALSE(opening.after_is_known);
}

TEST_P(StoreContract, works_in_small_steps) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  store.apply(patch(job.id, JobStatus::processing));
  for (std::size_t i = 0; i < 3 * limits::prune_step; ++i) store.apply(patch(job.id, {}, static_cast<int>(i % 100)));
  clock_.advance(25h);
  const auto now = clock_.timestamp();
  const auto outcome = store.submit(Prune{now - 1000h, now - 24h, now - 24h}).value();
  EXPECT_EQ(outcome.affected, static_cast<std::int64_t>(limits::prune_step));
}

}  // namespace
}  // namespace jobcast
