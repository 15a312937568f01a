#include <chrono>

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

TEST_P(StoreContract, numbers_begin_at_the_time_in_microseconds) {
  auto& store = reopen();
  EXPECT_EQ(snapshot_.head, 0);
  EXPECT_EQ(snapshot_.first, clock_.now().time_since_epoch().count());
  EXPECT_EQ(store.create(wanted()).seq, snapshot_.first);
}

TEST_P(StoreContract, each_start_begins_a_range_of_its_own_and_old_ones_stay_known) {
  const auto first = reopen().create(wanted());
  const auto begin = snapshot_.first;
  clock_.advance(1h);
  reopen();
  EXPECT_EQ(snapshot_.head, first.seq);
  EXPECT_GT(snapshot_.first, begin);
  clock_.advance(1h);
  auto& store = reopen();
  const auto second = store.create(wanted());
  EXPECT_EQ(second.seq, clock_.now().time_since_epoch().count());
  EXPECT_TRUE(store.open({}, first.seq).value().after_is_known);
  EXPECT_TRUE(store.open({}, second.seq).value().after_is_known);
  EXPECT_FALSE(store.open({}, first.seq + 1).value().after_is_known) << "between the ranges";
  EXPECT_EQ(seqs(replay_all(store, {first.id, second.id}, first.seq - 1)), (std::vector<Seq>{first.seq, second.seq}));
}

TEST_P(StoreContract, numbers_rise_even_if_the_clock_was_set_back) {
  const auto first = reopen().create(wanted());
  clock_.set(clock_.now() - 24h);
  const auto second = reopen().create(wanted());
  EXPECT_EQ(second.seq, first.seq + 1);
}

TEST_P(StoreContract, what_was_processing_waits_again_unless_external) {
  auto& store = reopen();
  auto wish = wanted("own");
  wish.max_retries = 1;
  const auto own = started(store, wish);
  Progress progress;
  progress.percent = 50;
  store.apply(ReportProgress{own.id, 1, progress, {{0, "text"}}});
  const auto external = store.create(wanted_external());
  store.apply(patch(external.id, JobStatus::processing, 30));
  const auto before = sink_->events().back()->job.seq;
  clock_.advance(1h);

  auto& again = reopen();
  const auto recovered = again.find(own.id).value();
  EXPECT_EQ(recovered.status, JobStatus::pending);
  EXPECT_EQ(recovered.status_description, "Waiting in queue");
  EXPECT_EQ(recovered.retry_count, 0);
  EXPECT_EQ(recovered.attempt, 1);
  EXPECT_EQ(recovered.updated_at, clock_.timestamp());
  EXPECT_EQ(again.find(external.id).value().status, JobStatus::processing);
  EXPECT_EQ(again.find(external.id).value().progress, 30);
  EXPECT_TRUE(sink_->events().empty()) << "told by the snapshot, not live";
  EXPECT_EQ(seqs(replay_all(again, {own.id}, before)), std::vector<Seq>{recovered.seq});
  EXPECT_EQ(snapshot_.head, recovered.seq);
  EXPECT_THAT(again.submit(CompleteJob{own.id, 1, "{}", ""}), FailsWith(errc::stale_attempt));
  EXPECT_EQ(again.apply(StartJob{own.id}).attempt, 2);
}

TEST_P(StoreContract, the_snapshot_tells_counts_the_newest_and_who_waits) {
  auto& store = reopen();
  EXPECT_EQ(snapshot_.counts, JobCounts{});
  const auto waiting = store.create(wanted("1"));
  const auto outside = store.create(wanted_external("2"));
  failed(store, wanted("3"));
  const auto done = started(store, wanted("4"));
  store.apply(CompleteJob{done.id, 1, "{}", "done"});
  store.apply(CancelJob{store.create(wanted("5")).id});
  const auto interrupted = started(store, wanted("6"));
  store.apply(DeleteJob{store.create(wanted("7")).id});
  reopen();
  EXPECT_EQ(snapshot_.counts[JobStatus::pending], 3);
  EXPECT_EQ(snapshot_.counts[JobStatus::processing], 0);
  EXPECT_EQ(snapshot_.counts[JobStatus::completed], 1);
  EXPECT_EQ(snapshot_.counts[JobStatus::failed], 1);
  EXPECT_EQ(snapshot_.counts[JobStatus::cancelled], 1);
  EXPECT_EQ(snapshot_.counts.total(), 6);
  ASSERT_EQ(snapshot_.newest.size(), 6U);
  EXPECT_EQ(snapshot_.newest.front().id, interrupted.id);
  EXPECT_EQ(snapshot_.newest.back().id, waiting.id);
  EXPECT_EQ(snapshot_.newest[4].id, outside.id);
  ASSERT_EQ(snapshot_.active.size(), 3U);
  EXPECT_EQ(snapshot_.active[0].id, waiting.id);
  EXPECT_EQ(snapshot_.active[1].id, outside.id);
  EXPECT_EQ(snapshot_.active[2].id, interrupted.id);
}

TEST_P(StoreContract, everything_told_is_there_after_a_restart) {
  auto& store = reopen();
  const auto job = started(store);
  store.apply(ReportProgress{job.id, 1, {}, {{0, "text"}}});
  const auto done = store.apply(CompleteJob{job.id, 1, "{\"a\":1}", "done"});
  const auto deleted = store.create(wanted("gone"));
  store.apply(DeleteJob{deleted.id});
  auto& again = reopen();
  const auto found = again.find(job.id).value();
  EXPECT_EQ(found.seq, done.seq);
  EXPECT_EQ(found.result, "{\"a\":1}");
  EXPECT_EQ(found.processed_at, done.processed_at);
  EXPECT_EQ(again.read_text(job.id, 0, 100).value().text, "text");
  EXPECT_EQ(again.open({deleted.id}, std::nullopt).value().targets.at(0).tombstone->id, deleted.id);
}

}  // namespace
}  // namespace jobcast
