#include "push/chosen_jobs.hpp"

#include <gtest/gtest.h>

#include "support/make_job.hpp"

namespace jobcast::push {
namespace {

ChosenJobs watching(std::vector<Watch> watches) {
  return ChosenJobs(std::move(watches));
}

JobEvent event_of(Job job, EventType type = EventType::moved) {
  return *make_event(type, std::move(job));
}

TEST(ChosenJobsTest, TakesEventsOfAnIdAndOfNoOther) {
  auto chosen = watching({{make_id(1), 1, false}});
  EXPECT_TRUE(chosen.take(event_of(at_seq(make_job(1, "a"), 5, JobStatus::processing))));
  EXPECT_FALSE(chosen.take(event_of(make_job(2, "a"), EventType::created))) << "another job of the same name";
  EXPECT_FALSE(chosen.all_over());
  EXPECT_TRUE(chosen.take(event_of(at_seq(make_job(1, "a"), 6, JobStatus::completed))));
  EXPECT_TRUE(chosen.all_over());
}

TEST(ChosenJobsTest, ANameGoesOverToANewerJob) {
  auto chosen = watching({{"a", 1, false}});
  EXPECT_TRUE(chosen.take(event_of(make_job(1, "a", JobStatus::completed))));
  EXPECT_TRUE(chosen.all_over());
  EXPECT_TRUE(chosen.take(event_of(make_job(5, "a"), EventType::created)));
  EXPECT_FALSE(chosen.all_over()) << "the newer job has only begun";
  EXPECT_FALSE(chosen.take(event_of(at_seq(make_job(1, "a"), 6, JobStatus::pending)))) << "the older one is ignored";
  EXPECT_FALSE(chosen.take(event_of(make_job(7, "b"), EventType::created)));
  EXPECT_EQ(chosen.watched_created_seq(), std::vector<Seq>{5});
}

TEST(ChosenJobsTest, ANameWithoutAJobWaitsForOne) {
  auto chosen = watching({{"a", 0, false}});
  EXPECT_FALSE(chosen.all_over());
  EXPECT_TRUE(chosen.take(event_of(make_job(3, "a"), EventType::created)));
  EXPECT_EQ(chosen.watches()[0].created_seq, 3);
}

TEST(ChosenJobsTest, DeletionEndsAJob) {
  auto chosen = watching({{make_id(1), 1, false}, {"b", 2, false}});
  EXPECT_TRUE(chosen.take(event_of(at_seq(make_job(1, "a"), 5, JobStatus::pending), EventType::deleted)));
  EXPECT_FALSE(chosen.all_over());
  EXPECT_TRUE(chosen.take(event_of(at_seq(make_job(2, "b"), 6, JobStatus::pending), EventType::deleted)));
  EXPECT_TRUE(chosen.all_over());
}

TEST(ChosenJobsTest, AManualRetryBeginsAnew) {
  auto chosen = watching({{make_id(1), 1, true}});
  EXPECT_TRUE(chosen.all_over());
  EXPECT_TRUE(chosen.take(event_of(at_seq(make_job(1, "a"), 5, JobStatus::pending))));
  EXPECT_FALSE(chosen.all_over());
}

TEST(ChosenJobsTest, OneEventCountsForTheIdAndTheName) {
  auto chosen = watching({{make_id(1), 1, false}, {"a", 1, false}});
  EXPECT_TRUE(chosen.take(event_of(at_seq(make_job(1, "a"), 5, JobStatus::failed))));
  EXPECT_TRUE(chosen.all_over());
  const std::vector<JobRef> refs = {make_id(1), "a"};
  EXPECT_EQ(chosen.refs(), refs);
}

}  // namespace
}  // namespace jobcast::push
