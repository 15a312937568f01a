#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

ClaimJob claim_of(const JobId& id, std::string lease = "lease-1", std::chrono::milliseconds time = 30s) {
  return {id, "worker 7", std::move(lease), time};
}

PatchJob with_lease(PatchJob command, std::string lease) {
  command.lease = std::move(lease);
  return command;
}

TEST_P(StoreContract, a_claim_starts_an_external_job_with_its_payload) {
  auto& store = reopen();
  auto wanted_job = wanted_external();
  wanted_job.payload = R"({"page":3})";
  const auto job = store.create(wanted_job);
  const auto outcome = store.submit(claim_of(job.id)).value();
  EXPECT_EQ(outcome.jobs.at(0).status, JobStatus::processing);
  EXPECT_EQ(outcome.jobs.at(0).attempt, 1);
  EXPECT_EQ(outcome.payload, R"({"page":3})");
  EXPECT_EQ(store.read_payload(job.id).value(), R"({"page":3})");
  EXPECT_THAT(store.submit(claim_of(job.id, "other")), FailsWith(errc::invalid_transition));
}

TEST_P(StoreContract, only_external_jobs_are_claimed) {
  auto& store = reopen();
  EXPECT_THAT(store.submit(claim_of(store.create(wanted()).id)), FailsWith(errc::not_external));
  EXPECT_THAT(store.submit(claim_of(ids_.make())), FailsWith(errc::job_not_found));
}

TEST_P(StoreContract, only_the_holder_of_the_lease_tells_of_a_claimed_job) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  store.apply(claim_of(job.id));
  EXPECT_THAT(store.submit(patch(job.id, {}, 10)), FailsWith(errc::lease_required));
  EXPECT_THAT(store.submit(with_lease(patch(job.id, {}, 10), "guess")), FailsWith(errc::stale_lease));
  EXPECT_EQ(store.apply(with_lease(patch(job.id, {}, 10), "lease-1")).progress, 10);
  EXPECT_EQ(store.apply(with_lease(patch(job.id, JobStatus::completed), "lease-1")).status, JobStatus::completed);
  EXPECT_THAT(store.submit(with_lease(patch(job.id, {}, 20), "lease-1")), FailsWith(errc::stale_lease));
}

TEST_P(StoreContract, a_job_that_is_not_claimed_needs_no_lease) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  EXPECT_THAT(store.submit(with_lease(patch(job.id, JobStatus::processing), "old")), FailsWith(errc::stale_lease));
  EXPECT_EQ(store.apply(patch(job.id, JobStatus::processing)).status, JobStatus::processing);
}

TEST_P(StoreContract, the_lease_alone_renews_and_tells_nothing) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  const auto claimed = store.apply(claim_of(job.id));
  const auto told = sink_->events().size();
  for (int i = 0; i < 10; ++i) {
    clock_.advance(20s);
    EXPECT_EQ(store.apply(with_lease(patch(job.id), "lease-1")).seq, claimed.seq);
  }
  EXPECT_EQ(sink_->events().size(), told);
}

TEST_P(StoreContract, a_lease_that_runs_out_is_a_failed_attempt) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  store.apply(claim_of(job.id));
  clock_.advance(29s);
  store.apply(with_lease(patch(job.id, {}, 50), "lease-1"));
  clock_.advance(31s);
  store.create(wanted());  // any commit; the writer wakes by itself with the real clock
  const auto expired = store.find(job.id).value();
  EXPECT_EQ(expired.status, JobStatus::pending);
  EXPECT_EQ(expired.retry_count, 1);
  EXPECT_EQ(expired.next_retry_at.has_value(), true);
  EXPECT_EQ(expired.error_message, "The lease of the worker worker 7 ran out: nothing was heard of it for 30 s");
  EXPECT_THAT(store.submit(with_lease(patch(job.id, JobStatus::completed), "lease-1")), FailsWith(errc::stale_lease));
  EXPECT_EQ(store.apply(claim_of(job.id, "lease-2")).attempt, 2);
  EXPECT_THAT(store.submit(with_lease(patch(job.id, {}, 60), "lease-1")), FailsWith(errc::stale_lease));
}

TEST_P(StoreContract, the_last_lease_that_runs_out_fails_the_job) {
  auto& store = reopen();
  auto once = wanted_external();
  once.max_retries = 0;
  const auto job = store.create(once);
  store.apply(claim_of(job.id));
  clock_.advance(31s);
  store.create(wanted());
  EXPECT_EQ(store.find(job.id).value().status, JobStatus::failed);
}

TEST_P(StoreContract, a_cancelled_claim_ends_its_lease) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  store.apply(claim_of(job.id));
  EXPECT_EQ(store.apply(CancelJob{job.id}).status, JobStatus::cancelled);
  EXPECT_THAT(store.submit(with_lease(patch(job.id, JobStatus::completed), "lease-1")), FailsWith(errc::stale_lease));
  const auto told = sink_->events().size();
  clock_.advance(1h);
  store.create(wanted());
  EXPECT_EQ(sink_->events().size(), told + 1) << "an ended lease does not run out";
}

TEST_P(StoreContract, a_claim_that_is_given_back_uses_no_retry) {
  auto& store = reopen();
  const auto job = store.create(wanted_external());
  const auto claimed = store.apply(claim_of(job.id));
  const auto back = store.apply(InterruptJob{job.id, claimed.attempt});
  EXPECT_EQ(back.status, JobStatus::pending);
  EXPECT_EQ(back.retry_count, 0);
  EXPECT_EQ(store.apply(claim_of(job.id, "lease-2")).status, JobStatus::processing);
}

TEST_P(StoreContract, a_lease_gets_its_full_length_after_a_restart) {
  const auto id = reopen().create(wanted_external()).id;
  client_->apply(claim_of(id));
  clock_.advance(29s);
  auto& store = reopen();
  clock_.advance(29s);
  store.create(wanted());
  EXPECT_EQ(store.find(id).value().status, JobStatus::processing);
  EXPECT_THAT(store.submit(patch(id, {}, 10)), FailsWith(errc::lease_required));
  EXPECT_EQ(store.apply(with_lease(patch(id, {}, 10), "lease-1")).progress, 10);
  clock_.advance(31s);
  store.create(wanted());
  EXPECT_EQ(store.find(id).value().status, JobStatus::pending);
}

TEST_P(StoreContract, a_payload_belongs_to_its_job) {
  auto& store = reopen();
  const auto plain = store.create(wanted());
  EXPECT_EQ(store.read_payload(plain.id).value(), std::nullopt);
  EXPECT_EQ(store.submit(StartJob{plain.id}).value().payload, std::nullopt);
  EXPECT_THAT(store.read_payload(ids_.make()), FailsWith(errc::job_not_found));
}

}  // namespace
}  // namespace jobcast
