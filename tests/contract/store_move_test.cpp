#include <chrono>
#include <string>

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;

TEST_P(StoreContract, a_job_runs_from_pending_to_completed) {
  auto& store = reopen();
  const auto created = store.create(wanted());
  clock_.advance(5ms);
  const auto running = store.apply(StartJob{created.id});
  EXPECT_EQ(running.status, JobStatus::processing);
  EXPECT_EQ(running.status_description, "Currently processing...");
  EXPECT_EQ(running.attempt, 1);
  EXPECT_EQ(running.started_at, clock_.timestamp());
  EXPECT_EQ(running.seq, created.seq + 1);
  clock_.advance(5ms);
  const auto told = store.apply(ReportProgress{created.id, 1, {40, 10, 4, "page 4"}, {}});
  EXPECT_EQ(told.progress, 40);
  EXPECT_EQ(told.total_chunks, 10);
  EXPECT_EQ(told.processed_chunks, 4);
  EXPECT_EQ(told.status_description, "page 4");
  clock_.advance(5ms);
  const auto done = store.apply(CompleteJob{created.id, 1, R"({"words":3})", "Processed and saved to database"});
  EXPECT_EQ(done.status, JobStatus::completed);
  EXPECT_EQ(done.progress, 100);
  EXPECT_EQ(done.result, R"({"words":3})");
  EXPECT_EQ(done.processed_at, clock_.timestamp());
  EXPECT_EQ(done.status_description, "Processed and saved to database");
  const auto found = store.find(created.id).value();
  EXPECT_EQ(found.seq, done.seq);
  EXPECT_EQ(found.status, JobStatus::completed);
  EXPECT_EQ(found.total_chunks, 10);

  const auto events = sink_->events();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0]->type, EventType::created);
  EXPECT_EQ(events[0]->previous_status, std::nullopt);
  EXPECT_EQ(events[1]->type, EventType::moved);
  EXPECT_EQ(events[1]->previous_status, JobStatus::pending);
  EXPECT_EQ(events[2]->type, EventType::progress);
  EXPECT_EQ(events[2]->previous_status, JobStatus::processing);
  EXPECT_EQ(events[3]->type, EventType::moved);
  EXPECT_EQ(events[3]->previous_status, JobStatus::processing);
}

TEST_P(StoreContract, commands_on_unknown_jobs_are_refused) {
  auto& store = reopen();
  const auto id = ids_.make();
  const std::vector<Command> commands = {StartJob{id},
                                         ReportProgress{id, 1, {}, {}},
                                         CompleteJob{id, 1, "", ""},
                                         FailJob{id, 1, "e", true},
                                         InterruptJob{id, 1},
                                         CancelJob{id},
                                         RetryJob{id},
                                         DeleteJob{id},
                                         patch(id, {}, 1)};
  for (const auto& command : commands) {
    EXPECT_THAT(store.submit(command), FailsWith(errc::job_not_found)) << command.index();
  }
  EXPECT_TRUE(sink_->events().empty());
}

TEST_P(StoreContract, a_refused_move_changes_nothing) {
  auto& store = reopen();
  const auto job = started(store);
  const auto completed = store.apply(CompleteJob{job.id, 1, "{}", "done"});
  EXPECT_THAT(store.submit(StartJob{job.id}), FailsWith(errc::invalid_transition));
  EXPECT_THAT(store.submit(CancelJob{job.id}), FailsWith(errc::invalid_transition));
  EXPECT_THAT(store.submit(RetryJob{job.id}), FailsWith(errc::invalid_transition));
  EXPECT_THAT(store.submit(patch(job.id, JobStatus::failed)), FailsWith(errc::not_external));
  EXPECT_EQ(store.find(job.id).value().seq, completed.seq);
  EXPECT_EQ(sink_->events().size(), 3U);
}

TEST_P(StoreContract, an_attempt_that_is_over_is_heard_no_more) {
  auto& store = reopen();
  const auto job = started(store);
  store.apply(CancelJob{job.id});
  EXPECT_THAT(store.submit(CompleteJob{job.id, 1, "{}", ""}), FailsWith(errc::stale_attempt));
  EXPECT_THAT(store.submit(InterruptJob{job.id, 1}), FailsWith(errc::stale_attempt));
  store.apply(RetryJob{job.id});
  store.apply(StartJob{job.id});
  EXPECT_THAT(store.submit(ReportProgress{job.id, 1, {50, {}, {}, {}}, {}}), FailsWith(errc::stale_attempt));
  EXPECT_THAT(store.submit(CompleteJob{job.id, 1, "{}", ""}), FailsWith(errc::stale_attempt));
  EXPECT_THAT(store.submit(FailJob{job.id, 1, "e", true}), FailsWith(errc::stale_attempt));
  const auto found = store.find(job.id).value();
  EXPECT_EQ(found.attempt, 2);
  EXPECT_EQ(found.progress, std::nullopt);
  EXPECT_EQ(found.status, JobStatus::processing);
}

TEST_P(StoreContract, a_failed_attempt_is_tried_again_later_and_later) {
  auto& store = reopen();
  auto wish = wanted();
  wish.max_retries = 2;
  const auto job = store.create(wish);
  for (int retry = 1; retry <= 2; ++retry) {
    const auto running = store.apply(StartJob{job.id});
    EXPECT_EQ(running.next_retry_at, std::nullopt);
    const auto failed = store.apply(FailJob{job.id, running.attempt, "no luck", true});
    EXPECT_EQ(failed.status, JobStatus::pending);
    EXPECT_EQ(failed.status_description, "Waiting in queue");
    EXPECT_EQ(failed.error_message, "no luck");
    EXPECT_EQ(failed.retry_count, retry);
    EXPECT_EQ(failed.processed_at, std::nullopt);
    const auto base = 1000ms * (1 << (retry - 1));
    ASSERT_TRUE(failed.next_retry_at);
    EXPECT_GE(*failed.next_retry_at, clock_.timestamp() + base);
    EXPECT_LE(*failed.next_retry_at, clock_.timestamp() + base * 12 / 10);
    clock_.advance(3s);
  }
  const auto last = store.apply(StartJob{job.id});
  const auto failed = store.apply(FailJob{job.id, last.attempt, "for good", true});
  EXPECT_EQ(failed.status, JobStatus::failed);
  EXPECT_EQ(failed.status_description, "for good");
  EXPECT_EQ(failed.retry_count, 2);
  EXPECT_EQ(failed.processed_at, clock_.timestamp());
  EXPECT_EQ(failed.next_retry_at, std::nullopt);
}

TEST_P(StoreContract, a_failure_that_retrying_cannot_help_is_final) {
  auto& store = reopen();
  const auto job = failed(store, wanted());
  EXPECT_EQ(job.status, JobStatus::failed);
  EXPECT_EQ(job.error_message, "no luck");
}

TEST_P(StoreContract, an_interruption_uses_no_retry) {
  auto& store = reopen();
  const auto job = started(store);
  store.apply(ReportProgress{job.id, 1, {50, 4, 2, "half"}, {}});
  const auto waiting = store.apply(InterruptJob{job.id, 1});
  EXPECT_EQ(waiting.status, JobStatus::pending);
  EXPECT_EQ(waiting.status_description, "Waiting in queue");
  EXPECT_EQ(waiting.retry_count, 0);
  EXPECT_EQ(waiting.next_retry_at, std::nullopt);
  EXPECT_EQ(store.apply(StartJob{job.id}).attempt, 2);
}

TEST_P(StoreContract, a_manual_retry_begins_anew) {
  auto& store = reopen();
  auto wish = wanted();
  wish.max_retries = 1;
  const auto job = store.create(wish);
  for (int i = 0; i < 2; ++i) {
    const auto running = store.apply(StartJob{job.id});
    store.apply(FailJob{job.id, running.attempt, "no luck", true});
  }
  const auto again = store.apply(RetryJob{job.id});
  EXPECT_EQ(again.status, JobStatus::pending);
  EXPECT_EQ(again.retry_count, 0);
  EXPECT_EQ(again.progress, std::nullopt);
  EXPECT_EQ(again.processed_at, std::nullopt);
  EXPECT_EQ(again.error_message, "no luck");
  EXPECT_THAT(store.submit(RetryJob{job.id}), FailsWith(errc::invalid_transition));
}

TEST_P(StoreContract, cancelled_jobs_can_be_retried) {
  auto& store = reopen();
  const auto job = store.create(wanted());
  const auto cancelled = store.apply(CancelJob{job.id});
  EXPECT_EQ(cancelled.status, JobStatus::cancelled);
  EXPECT_EQ(cancelled.status_description, "Cancelled");
  EXPECT_EQ(cancelled.processed_at, clock_.timestamp());
  EXPECT_EQ(store.apply(RetryJob{job.id}).status, JobStatus::pending);
}

TEST_P(StoreContract, what_can_not_run_is_not_retried) {
  auto& store = reopen({.max_queued_jobs = 1000, .progress_per_second = 0, .obstacle = [](const Job& job) {
                          return job.kind == "gone" ? std::optional(errc::handler_missing) : std::nullopt;
                        }});
  auto gone = wanted("gone.txt");
  gone.kind = "gone";
  const auto lost = failed(store, gone);
  const auto first = failed(store, wanted("a"));
  const auto second = failed(store, wanted("b"));
  store.create(wanted("c"));
  EXPECT_THAT(store.submit(RetryJob{lost.id}), FailsWith(errc::handler_missing));
  auto gone_too = gone;
  gone_too.id = ids_.make();
  EXPECT_THAT(store.submit(RetryJob{started(store, gone_too).id}), FailsWith(errc::invalid_transition));
  const auto outcome = store.submit(SteerJobs{SteerAction::retry, {lost.id, first.id, second.id}}).value();
  EXPECT_EQ(outcome.jobs.size(), 2U);
  EXPECT_EQ(outcome.skipped, 1);
  EXPECT_EQ(store.find(first.id).value().status, JobStatus::pending);
  EXPECT_EQ(store.find(second.id).value().status, JobStatus::pending);
  EXPECT_EQ(store.find(lost.id).value().status, JobStatus::failed);
}

TEST_P(StoreContract, start_pending_jobs_ends_every_wait) {
  auto& store = reopen();
  const auto plain = store.create(wanted("plain"));
  auto later = wanted("later");
  later.run_at = clock_.timestamp() + 1h;
  const auto postponed = store.create(later);
  const auto backing_off = started(store, wanted("backing off"));
  store.apply(FailJob{backing_off.id, 1, "e", true});
  auto outside = wanted_external();
  outside.run_at = clock_.timestamp() + 1h;
  const auto external = store.create(outside);
  started(store, wanted("running"));
  const auto told = sink_->events().size();

  EXPECT_EQ(store.submit(StartPendingJobs{}).value().affected, 3);
  EXPECT_EQ(store.find(plain.id).value().seq, plain.seq);
  EXPECT_EQ(store.find(postponed.id).value().run_at, clock_.timestamp());
  EXPECT_EQ(store.find(backing_off.id).value().next_retry_at, std::nullopt);
  EXPECT_EQ(store.find(backing_off.id).value().retry_count, 1);
  EXPECT_EQ(store.find(external.id).value().run_at, outside.run_at);
  const auto events = sink_->events();
  ASSERT_EQ(events.size(), told + 2);
  EXPECT_EQ(events.back()->type, EventType::moved);
  EXPECT_EQ(events.back()->previous_status, JobStatus::pending);
  EXPECT_EQ(store.submit(StartPendingJobs{}).value().affected, 3);
  EXPECT_EQ(sink_->events().size(), told + 2);
}

TEST_P(StoreContract, an_external_job_follows_its_patches) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  EXPECT_THAT(store.submit(StartJob{job.id}), FailsWith(errc::invalid_transition));
  EXPECT_THAT(store.submit(patch(job.id, {}, 10)), FailsWith(errc::invalid_transition));
  EXPECT_THAT(store.submit(patch(job.id, JobStatus::completed)), FailsWith(errc::invalid_transition));
  const auto running = store.apply(patch(job.id, JobStatus::processing, 5, "begun"));
  EXPECT_EQ(running.attempt, 1);
  EXPECT_EQ(running.progress, 5);
  EXPECT_EQ(running.status_description, "begun");
  EXPECT_EQ(store.apply(patch(job.id, JobStatus::processing, 50)).progress, 50);
  EXPECT_THAT(store.submit(patch(job.id, JobStatus::pending)), FailsWith(errc::invalid_transition));
  const auto done = store.apply(patch(job.id, JobStatus::completed, {}, {}, "{\"a\":1}"));
  EXPECT_EQ(done.progress, 100);
  EXPECT_EQ(done.status_description, "Completed");
  EXPECT_EQ(done.result, "{\"a\":1}");
  EXPECT_EQ(sink_->events().size(), 4U) << "one PATCH is one event";
}

TEST_P(StoreContract, a_failed_patch_obeys_the_retries) {
  auto& store = reopen();
  auto wish = wanted_external();
  wish.max_retries = 1;
  const auto job = store.create(wish);
  store.apply(patch(job.id, JobStatus::processing));
  const auto again = store.apply(patch(job.id, JobStatus::failed, {}, {}, {}, "sorry"));
  EXPECT_EQ(again.status, JobStatus::pending);
  EXPECT_EQ(again.retry_count, 1);
  EXPECT_TRUE(again.next_retry_at);
  store.apply(patch(job.id, JobStatus::processing));
  const auto failed = store.apply(patch(job.id, JobStatus::failed, {}, {}, {}, "sorry"));
  EXPECT_EQ(failed.status, JobStatus::failed);
  EXPECT_EQ(failed.error_message, "sorry");
}

TEST_P(StoreContract, times_of_a_job_never_go_back) {
  auto& store = reopen();
  const auto before = clock_.timestamp();
  const auto job = store.create(wanted());
  clock_.set(clock_.now() - 1h);
  const auto running = store.apply(StartJob{job.id});
  EXPECT_EQ(running.updated_at, before);
  EXPECT_EQ(running.started_at, before);
  const auto done = store.apply(CompleteJob{job.id, 1, "{}", "done"});
  EXPECT_EQ(done.processed_at, before);
  EXPECT_EQ(sink_->events().back()->at, before);
}

TEST_P(StoreContract, a_deleted_job_leaves_one_event_and_a_tombstone) {
  auto& store = reopen();
  const auto job = started(store, wanted("gone.txt"));
  EXPECT_THAT(store.submit(DeleteJob{job.id}), FailsWith(errc::invalid_transition)) << "processing";
  store.apply(ReportProgress{job.id, 1, {}, {{0, "text"}}});
  store.apply(CompleteJob{job.id, 1, "{}", "done"});
  clock_.advance(1s);
  const auto last = store.apply(DeleteJob{job.id});
  EXPECT_EQ(last.filename, "gone.txt");
  EXPECT_THAT(store.find(job.id), FailsWith(errc::job_not_found));
  EXPECT_THAT(store.find("gone.txt"), FailsWith(errc::job_not_found));
  EXPECT_THAT(store.read_text(job.id, 0, 10), FailsWith(errc::job_not_found));
  EXPECT_THAT(store.history(job.id), FailsWith(errc::job_not_found));
  EXPECT_THAT(store.submit(DeleteJob{job.id}), FailsWith(errc::job_not_found));

  const auto event = sink_->events().back();
  EXPECT_EQ(event->type, EventType::deleted);
  EXPECT_EQ(event->job.seq, last.seq);
  EXPECT_EQ(event->previous_status, JobStatus::completed);
  for (const JobRef& ref : {JobRef(job.id), JobRef("gone.txt")}) {
    const auto target = store.open({ref}, std::nullopt).value().targets.at(0);
    EXPECT_FALSE(target.present);
    ASSERT_TRUE(target.tombstone);
    EXPECT_EQ(target.tombstone->id, job.id);
    EXPECT_EQ(target.tombstone->filename, "gone.txt");
    EXPECT_EQ(target.tombstone->created_seq, job.created_seq);
    EXPECT_EQ(target.tombstone->deleted_seq, last.seq);
    EXPECT_EQ(target.tombstone->deleted_at, clock_.timestamp());
    EXPECT_EQ(target.watched_created_seq, job.created_seq);
  }
}

}  // namespace
}  // namespace jobcast
