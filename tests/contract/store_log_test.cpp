#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContract, replay_shows_a_job_as_of_each_event) {
  auto& store = reopen();
  auto wish = wanted("history.pdf");
  wish.priority = 5;
  const auto job = store.create(wish);
  clock_.advance(1ms);
  store.apply(StartJob{job.id});
  clock_.advance(1ms);
  store.apply(ReportProgress{job.id, 1, {30, 9, 3, "third"}, {}});
  clock_.advance(1ms);
  store.apply(FailJob{job.id, 1, "no luck", true});
  store.apply(StartJob{job.id});
  store.apply(CompleteJob{job.id, 2, "{\"a\":1}", "done"});

  const auto live = sink_->events();
  const auto replayed = replay_all(store, {job.id}, job.seq - 1);
  ASSERT_EQ(replayed.size(), live.size());
  for (std::size_t i = 0; i < live.size(); ++i) {
    SCOPED_TRACE(i);
    const auto& was = live[i]->job;
    const auto& is = replayed[i]->job;
    EXPECT_EQ(replayed[i]->type, live[i]->type);
    EXPECT_EQ(replayed[i]->at, live[i]->at);
    EXPECT_EQ(is.id, was.id);
    EXPECT_EQ(is.filename, was.filename);
    EXPECT_EQ(is.file_type, was.file_type);
    EXPECT_EQ(is.kind, was.kind);
    EXPECT_EQ(is.status, was.status);
    EXPECT_EQ(is.status_description, was.status_description);
    EXPECT_EQ(is.progress, was.progress);
    EXPECT_EQ(is.total_chunks, was.total_chunks);
    EXPECT_EQ(is.processed_chunks, was.processed_chunks);
    EXPECT_EQ(is.error_message, was.error_message);
    EXPECT_EQ(is.retry_count, was.retry_count);
    EXPECT_EQ(is.max_retries, was.max_retries);
    EXPECT_EQ(is.priority, was.priority);
    EXPECT_EQ(is.created_at, was.created_at);
    EXPECT_EQ(is.started_at, was.started_at);
    EXPECT_EQ(is.updated_at, was.updated_at);
    EXPECT_EQ(is.processed_at, was.processed_at);
    EXPECT_EQ(is.next_retry_at, was.next_retry_at);
    EXPECT_EQ(is.result, was.result);
    EXPECT_EQ(is.created_seq, was.created_seq);
    EXPECT_EQ(is.seq, was.seq);
    EXPECT_EQ(is.attempt, was.attempt);
    EXPECT_EQ(is.has_input, was.has_input);
  }
}

TEST_P(StoreContract, replay_gives_the_events_of_the_chosen_jobs_alone_in_order) {
  auto& store = reopen();
  const auto first = store.create(wanted("1"));
  const auto second = store.create(wanted("2"));
  const auto other = store.create(wanted("3"));
  std::vector<Seq> expected = {first.seq, second.seq};
  for (int i = 0; i < 5; ++i) {
    expected.push_back(store.apply(CancelJob{first.id}).seq);
    store.apply(CancelJob{other.id});
    expected.push_back(store.apply(CancelJob{second.id}).seq);
    expected.push_back(store.apply(RetryJob{first.id}).seq);
    store.apply(RetryJob{other.id});
    expected.push_back(store.apply(RetryJob{second.id}).seq);
  }
  for (const std::size_t window : {1U, 2U, 7U, 1000U}) {
    EXPECT_EQ(seqs(replay_all(store, {second.id, first.id, "1"}, first.seq - 1, window)), expected);
  }
  const auto half = expected[expected.size() / 2];
  EXPECT_EQ(seqs(replay_all(store, {first.id, second.id}, half)),
            std::vector<Seq>(std::ranges::upper_bound(expected, half), expected.end()));
  EXPECT_THAT(replay_all(store, {first.id}, first.seq + 100), IsEmpty());
  EXPECT_THAT(replay_all(store, {ids_.make()}, 0), IsEmpty());
}

TEST_P(StoreContract, a_window_is_bounded_in_bytes_but_never_empty) {
  auto& store = reopen();
  const auto job = started(store);
  for (int i = 0; i < 4; ++i) {
    Progress progress;
    progress.message = std::string(4000, 'm');
    store.apply(ReportProgress{job.id, 1, progress, {}});
  }
  ReplayQuery query{{job.id}, {job.created_seq}, job.seq, 100, 10'000};
  auto window = store.replay(query).value();
  EXPECT_EQ(window.events.size(), 2U);
  EXPECT_EQ(window.through, window.events.back()->job.seq);
  EXPECT_FALSE(window.at_head);
  query.max_bytes = 1;
  EXPECT_EQ(store.replay(query).value().events.size(), 1U);
  query.after = window.through;
  query.max_bytes = 10'000;
  window = store.replay(query).value();
  EXPECT_EQ(window.events.size(), 2U);
  EXPECT_TRUE(window.at_head);
}

TEST_P(StoreContract, a_window_without_events_goes_on_to_the_head) {
  auto& store = reopen();
  const auto job = store.create(wanted("1"));
  const auto last = store.create(wanted("2"));
  const auto window = store.replay({{job.id}, {job.created_seq}, job.seq, 10, 1000}).value();
  EXPECT_THAT(window.events, IsEmpty());
  EXPECT_EQ(window.through, last.seq);
  EXPECT_TRUE(window.at_head);
}

TEST_P(StoreContract, a_name_goes_on_with_its_newest_job) {
  auto& store = reopen();
  const auto oldest = store.create(wanted("name"));
  const auto older = store.create(wanted("name"));
  const auto after = store.create(wanted("other")).seq;
  const auto of_oldest = store.apply(CancelJob{oldest.id}).seq;
  const auto of_older = store.apply(CancelJob{older.id}).seq;
  const auto newer = store.create(wanted("name"));
  const auto of_newer = store.apply(CancelJob{newer.id}).seq;

  const auto opening = store.open({"name", newer.id, "nobody's"}, after).value();
  EXPECT_EQ(opening.targets.at(0).watched_created_seq, older.created_seq);
  EXPECT_EQ(opening.targets.at(0).present->id, newer.id);
  EXPECT_EQ(opening.targets.at(1).watched_created_seq, newer.created_seq);
  EXPECT_EQ(opening.targets.at(2).watched_created_seq, 0);
  EXPECT_FALSE(opening.targets.at(2).present);
  EXPECT_FALSE(opening.targets.at(2).tombstone);

  const auto told = seqs(replay_all(store, {"name"}, after));
  EXPECT_THAT(told, ElementsAre(of_older, newer.seq, of_newer));
  EXPECT_THAT(told, testing::Not(testing::Contains(of_oldest)));
  // By its id an older job is followed still.
  EXPECT_THAT(seqs(replay_all(store, {oldest.id}, after)), ElementsAre(of_oldest));
}

TEST_P(StoreContract, a_name_whose_newest_job_was_deleted_is_again_that_of_the_older_one) {
  auto& store = reopen();
  const auto older = store.create(wanted("name"));
  const auto newer = store.create(wanted("name"));
  const auto deleted = store.apply(DeleteJob{newer.id}).seq;
  EXPECT_EQ(store.open({"name"}, newer.seq).value().targets.at(0).watched_created_seq, newer.created_seq);
  const auto target = store.open({"name"}, deleted).value().targets.at(0);
  EXPECT_EQ(target.watched_created_seq, older.created_seq);
  EXPECT_EQ(target.present->id, older.id);
  EXPECT_FALSE(target.tombstone);
  const auto cancelled = store.apply(CancelJob{older.id}).seq;
  EXPECT_THAT(seqs(replay_all(store, {"name"}, deleted)), ElementsAre(cancelled));
  EXPECT_THAT(seqs(replay_all(store, {"name"}, newer.seq)), ElementsAre(deleted)) << "the watch was on the newer one";
}

TEST_P(StoreContract, a_name_that_no_job_had_yet_is_replayed_from_its_first) {
  auto& store = reopen();
  const auto after = store.create(wanted("other")).seq;
  const auto job = store.create(wanted("name"));
  EXPECT_EQ(store.open({"name"}, after).value().targets.at(0).watched_created_seq, 0);
  EXPECT_THAT(seqs(replay_all(store, {"name"}, after)), ElementsAre(job.seq));
}

TEST_P(StoreContract, a_name_with_many_jobs_is_replayed_in_windows) {
  auto& store = reopen();
  const auto after = store.create(wanted("name")).seq;
  std::vector<Seq> expected;
  std::vector<JobId> created;
  for (int i = 0; i < 20; ++i) {
    const auto job = store.create(wanted("name"));
    created.push_back(job.id);
    expected.push_back(job.seq);
  }
  // A deleted one keeps but its last event; the name has long gone on to others.
  for (const int i : {3, 4, 5, 19}) {
    const auto deleted = store.apply(DeleteJob{created[static_cast<std::size_t>(i)]});
    expected.push_back(deleted.seq);
  }
  std::vector<Seq> must = expected;
  for (const std::size_t gone : {3U, 4U, 5U, 19U}) must[gone] = 0;
  std::erase(must, 0);
  for (const std::size_t window : {1U, 2U, 5U, 100U}) {
    const auto told = seqs(replay_all(store, {"name"}, after, window));
    EXPECT_TRUE(std::ranges::is_sorted(told));
    EXPECT_TRUE(std::ranges::includes(must, told));
    // The events of the job that has the name in the end are there whatever the windows.
    EXPECT_THAT(told, testing::Contains(must.back()));
    for (std::size_t i = 0; i < 16; ++i) EXPECT_THAT(told, testing::Contains(must[i]));
  }
}

TEST_P(StoreContract, replay_of_a_deleted_job_is_its_deletion) {
  auto& store = reopen();
  const auto job = started(store, wanted("gone.txt"));
  store.apply(CompleteJob{job.id, 1, "{}", "done"});
  const auto deleted = store.apply(DeleteJob{job.id});
  for (const JobRef& ref : {JobRef(job.id), JobRef("gone.txt")}) {
    const auto events = replay_all(store, {ref}, job.seq);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]->type, EventType::deleted);
    EXPECT_EQ(events[0]->job.id, job.id);
    EXPECT_EQ(events[0]->job.filename, "gone.txt");
    EXPECT_EQ(events[0]->job.created_seq, job.created_seq);
    EXPECT_EQ(events[0]->job.seq, deleted.seq);
    EXPECT_THAT(replay_all(store, {ref}, deleted.seq), IsEmpty());
  }
  const auto next = store.create(wanted("gone.txt"));
  EXPECT_THAT(seqs(replay_all(store, {"gone.txt"}, job.seq)), ElementsAre(deleted.seq, next.seq));
}

TEST_P(StoreContract, history_lists_the_events_of_one_job) {
  auto& store = reopen();
  const auto job = started(store);
  store.create(wanted("other"));
  Progress progress;
  progress.percent = 40;
  progress.message = "page 4";
  const auto told = store.apply(ReportProgress{job.id, 1, progress, {}});
  const auto entries = store.history(job.id).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].status, JobStatus::pending);
  EXPECT_EQ(entries[0].attempt, 0);
  EXPECT_EQ(entries[2].seq, told.seq);
  EXPECT_EQ(entries[2].progress, 40);
  EXPECT_EQ(entries[2].message, "page 4");
  EXPECT_EQ(entries[2].attempt, 1);
  EXPECT_EQ(entries[2].at, clock_.timestamp());
  EXPECT_EQ(store.history(job.id, entries[0].seq, 1).value().at(0).seq, entries[1].seq);
  EXPECT_THAT(store.history(job.id, told.seq).value(), IsEmpty());
  EXPECT_THAT(store.history(ids_.make()), FailsWith(errc::job_not_found));
}

TEST_P(StoreContract, open_tells_the_bounds_of_the_log) {
  auto& store = reopen();
  const auto empty = store.open({}, std::nullopt).value();
  EXPECT_EQ(empty.head, 0);
  EXPECT_EQ(empty.oldest, 1);
  EXPECT_FALSE(empty.after_is_known);
  const auto first = store.create(wanted());
  const auto last = store.apply(StartJob{first.id});
  const auto opening = store.open({first.id}, first.seq).value();
  EXPECT_EQ(opening.head, last.seq);
  EXPECT_EQ(opening.oldest, first.seq);
  EXPECT_TRUE(opening.after_is_known);
  EXPECT_EQ(opening.targets.at(0).present->status, JobStatus::processing);
  EXPECT_TRUE(store.open({}, last.seq).value().after_is_known);
  EXPECT_FALSE(store.open({}, last.seq + 1).value().after_is_known);
  EXPECT_FALSE(store.open({}, first.seq - 1).value().after_is_known);
  EXPECT_FALSE(store.open({}, 0).value().after_is_known);
  EXPECT_FALSE(store.open({}, std::nullopt).value().after_is_known);
}

}  // namespace
}  // namespace jobcast
