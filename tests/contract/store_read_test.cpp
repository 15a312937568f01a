#include <algorithm>
#include <string>
#include <vector>

#include "jobcast/limits.hpp"

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(StoreContract, a_created_job_waits) {
  auto& store = reopen();
  auto job = wanted();
  job.priority = -7;
  job.max_retries = 5;
  job.run_at = clock_.timestamp() + std::chrono::hours(1);
  const auto created = store.create(job);
  EXPECT_EQ(created.id, job.id);
  EXPECT_EQ(created.filename, "report.pdf");
  EXPECT_EQ(created.file_type, "application/pdf");
  EXPECT_EQ(created.kind, "document");
  EXPECT_EQ(created.status, JobStatus::pending);
  EXPECT_EQ(created.status_description, "Waiting in queue");
  EXPECT_EQ(created.progress, std::nullopt);
  EXPECT_EQ(created.max_retries, 5);
  EXPECT_EQ(created.priority, -7);
  EXPECT_EQ(created.run_at, job.run_at);
  EXPECT_EQ(created.created_at, clock_.timestamp());
  EXPECT_EQ(created.updated_at, clock_.timestamp());
  EXPECT_EQ(created.processed_at, std::nullopt);
  EXPECT_TRUE(created.has_input);
  EXPECT_FALSE(created.external);
  EXPECT_GT(created.seq, 0);
  EXPECT_EQ(created.created_seq, created.seq);
  EXPECT_EQ(created.attempt, 0);
}

TEST_P(StoreContract, find_knows_a_job_by_id_and_the_newest_by_name) {
  auto& store = reopen();
  const auto older = store.create(wanted("same.txt"));
  const auto newer = store.create(wanted("same.txt"));
  store.create(wanted("other.txt"));
  EXPECT_EQ(store.find(older.id).value().seq, older.seq);
  EXPECT_EQ(store.find("same.txt").value().id, newer.id);
  EXPECT_THAT(store.find("same.tx"), FailsWith(errc::job_not_found));
  EXPECT_THAT(store.find(ids_.make()), FailsWith(errc::job_not_found));
}

TEST_P(StoreContract, several_jobs_are_created_together_or_not_at_all) {
  auto& store = reopen();
  auto first = wanted("1");
  auto second = wanted("2");
  const auto outcome = store.submit(CreateJobs{{first, second}}).value();
  ASSERT_EQ(outcome.jobs.size(), 2U);
  EXPECT_EQ(outcome.jobs[0].id, first.id);
  EXPECT_EQ(outcome.jobs[1].seq, outcome.jobs[0].seq + 1);

  // An id that exists makes the whole command fail.
  auto third = wanted("3");
  EXPECT_TRUE(store.submit(CreateJobs{{third, second}}).has_error());
  EXPECT_THAT(store.find(third.id), FailsWith(errc::job_not_found));
  EXPECT_EQ(store.create(wanted("4")).seq, outcome.jobs[1].seq + 1);
  EXPECT_EQ(sink_->events().size(), 3U);
}

TEST_P(StoreContract, jobs_beyond_the_limit_are_refused_until_some_have_left_the_queue) {
  auto& store = reopen({.max_queued_jobs = 3, .progress_per_second = 0, .obstacle = {}});
  const auto first = store.create(wanted());
  EXPECT_THAT(store.submit(CreateJobs{{wanted(), wanted(), wanted()}}), FailsWith(errc::queue_full));
  store.create(wanted());
  store.create(wanted());
  EXPECT_THAT(store.submit(CreateJobs{{wanted()}}), FailsWith(errc::queue_full));
  store.apply(StartJob{first.id});
  store.create(wanted());
  EXPECT_THAT(store.submit(CreateJobs{{wanted()}}), FailsWith(errc::queue_full));

  reopen({.max_queued_jobs = 4, .progress_per_second = 0, .obstacle = {}});
  EXPECT_THAT(client_->submit(CreateJobs{{wanted()}}), FailsWith(errc::queue_full)) << "recovered ones count";
}

TEST_P(StoreContract, lists_page_by_page_newest_first) {
  auto& store = reopen();
  std::vector<JobId> created;
  for (int i = 0; i < 7; ++i) created.push_back(store.create(wanted("f" + std::to_string(i))).id);
  std::ranges::reverse(created);
  std::vector<JobId> listed;
  ListQuery query;
  query.limit = 3;
  int pages = 0;
  do {
    const auto page = store.list(query).value();
    for (const auto& job : page.jobs) listed.push_back(job.id);
    query.before = page.next_before;
    ++pages;
    // What comes meanwhile does not shift the pages.
    store.create(wanted("meanwhile"));
  } while (query.before != 0);
  EXPECT_EQ(listed, created);
  EXPECT_EQ(pages, 3);
}

TEST_P(StoreContract, the_last_full_page_has_no_next) {
  auto& store = reopen();
  for (int i = 0; i < 4; ++i) store.create(wanted());
  ListQuery query;
  query.limit = 4;
  EXPECT_EQ(store.list(query).value().next_before, 0);
  query.limit = 3;
  EXPECT_NE(store.list(query).value().next_before, 0);
}

TEST_P(StoreContract, lists_filter_by_status_kind_and_part_of_the_name) {
  auto& store = reopen();
  const auto plain = store.create(wanted("100%_done.txt"));
  const auto running = started(store, wanted("Ünïcode 100.txt"));
  const auto outside = store.create(wanted_external("100"));
  const auto ids = [&](const ListQuery& query) {
    std::vector<JobId> found;
    for (const auto& job : store.list(query).value().jobs) found.push_back(job.id);
    return found;
  };
  EXPECT_THAT(ids({.status = JobStatus::processing, .kind = {}, .filename_part = {}}), ElementsAre(running.id));
  EXPECT_THAT(ids({.status = {}, .kind = "external", .filename_part = {}}), ElementsAre(outside.id));
  EXPECT_THAT(ids({.status = {}, .kind = {}, .filename_part = "100"}), ElementsAre(outside.id, running.id, plain.id));
  EXPECT_THAT(ids({.status = {}, .kind = {}, .filename_part = "100%"}), ElementsAre(plain.id)) << "no wildcard";
  EXPECT_THAT(ids({.status = {}, .kind = {}, .filename_part = "_"}), ElementsAre(plain.id)) << "no wildcard";
  EXPECT_THAT(ids({.status = {}, .kind = {}, .filename_part = "ïco"}), ElementsAre(running.id));
  EXPECT_THAT(ids({.status = JobStatus::pending, .kind = "document", .filename_part = "100"}), ElementsAre(plain.id));
  EXPECT_THAT(ids({.status = JobStatus::failed, .kind = {}, .filename_part = {}}), IsEmpty());
}

TEST_P(StoreContract, a_filter_finds_the_one_among_many) {
  auto& store = reopen();
  const auto needle = store.create(wanted("needle"));
  for (int i = 0; i < 25; ++i) {
    CreateJobs many;
    for (int j = 0; j < 1000; ++j) many.jobs.push_back(wanted("hay"));
    ASSERT_TRUE(store.submit(std::move(many)).has_value());
  }
  const auto page = store.list({.status = {}, .kind = {}, .filename_part = "eedl"}).value();
  ASSERT_EQ(page.jobs.size(), 1U);
  EXPECT_EQ(page.jobs[0].id, needle.id);
  EXPECT_EQ(page.next_before, 0);
}

TEST_P(StoreContract, a_large_result_appears_only_in_find) {
  auto& store = reopen();
  const auto job = started(store);
  const std::string large = "{\"x\":\"" + std::string(limits::inline_result_bytes, 'x') + "\"}";
  const auto completed = store.apply(CompleteJob{job.id, job.attempt, large, "done"});
  EXPECT_EQ(completed.result, std::nullopt);
  EXPECT_TRUE(completed.result_left_out);
  EXPECT_EQ(store.find(job.id).value().result, large);
  EXPECT_FALSE(store.find(job.id).value().result_left_out);
  EXPECT_TRUE(store.list({}).value().jobs.at(0).result_left_out);
  EXPECT_TRUE(sink_->events().back()->job.result_left_out);
  const auto replayed = replay_all(store, {job.id}, job.seq);
  ASSERT_EQ(replayed.size(), 1U);
  EXPECT_TRUE(replayed[0]->job.result_left_out);
  EXPECT_EQ(replayed[0]->job.result, std::nullopt);

  // One that just fits is told everywhere.
  const auto other = started(store);
  const std::string fits = "{\"x\":\"" + std::string(limits::inline_result_bytes - 8, 'x') + "\"}";
  EXPECT_EQ(store.apply(CompleteJob{other.id, other.attempt, fits, "done"}).result, fits);
  EXPECT_EQ(store.list({}).value().jobs.at(0).result, fits);
  EXPECT_EQ(replay_all(store, {other.id}, other.seq).at(0)->job.result, fits);
}

TEST_P(StoreContract, the_text_of_a_completed_document_is_read_in_runs) {
  auto& store = reopen();
  const auto job = started(store);
  for (int i = 0; i < 5; ++i) {
    store.apply(ReportProgress{job.id, job.attempt, {}, {{i, std::string(10, static_cast<char>('a' + i))}}});
  }
  EXPECT_THAT(store.read_text(job.id, 0, 100), FailsWith(errc::result_not_ready));
  store.apply(CompleteJob{job.id, job.attempt, "{}", "done"});
  auto part = store.read_text(job.id, 0, 25).value();
  EXPECT_EQ(part.text, "aaaaaaaaaabbbbbbbbbb");
  EXPECT_EQ(part.next_chunk, 2);
  EXPECT_EQ(part.total_bytes, 50);
  part = store.read_text(job.id, 2, 1).value();
  EXPECT_EQ(part.text, "cccccccccc") << "at least one chunk";
  EXPECT_EQ(part.next_chunk, 3);
  part = store.read_text(job.id, 3, 1000).value();
  EXPECT_EQ(part.text, "ddddddddddeeeeeeeeee");
  EXPECT_EQ(part.next_chunk, 0);
  EXPECT_THAT(store.read_text(ids_.make(), 0, 100), FailsWith(errc::job_not_found));
}

TEST_P(StoreContract, a_new_attempt_starts_with_no_text) {
  auto& store = reopen();
  const auto job = started(store);
  store.apply(ReportProgress{job.id, 1, {}, {{0, "old"}, {1, "older"}}});
  store.apply(FailJob{job.id, 1, "again", true});
  store.apply(StartJob{job.id});
  EXPECT_THAT(store.submit(ReportProgress{job.id, 1, {}, {{0, "stale"}}}), FailsWith(errc::stale_attempt));
  store.apply(ReportProgress{job.id, 2, {}, {{0, "new"}}});
  store.apply(CompleteJob{job.id, 2, "{}", "done"});
  const auto part = store.read_text(job.id, 0, 100).value();
  EXPECT_EQ(part.text, "new");
  EXPECT_EQ(part.total_bytes, 3);
}

TEST_P(StoreContract, a_completed_job_without_text_reads_as_empty) {
  auto& store = reopen();
  const auto job = started(store);
  store.apply(CompleteJob{job.id, job.attempt, "{}", "done"});
  const auto part = store.read_text(job.id, 0, 100).value();
  EXPECT_EQ(part.text, "");
  EXPECT_EQ(part.next_chunk, 0);
  EXPECT_EQ(part.total_bytes, 0);
}

}  // namespace
}  // namespace jobcast
