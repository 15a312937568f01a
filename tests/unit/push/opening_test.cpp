#include "push/opening.hpp"

#include <gmock/gmock.h>

#include "push/job_json.hpp"
#include "support/make_job.hpp"

namespace jobcast::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

OpeningTarget present(Job job, Seq watched_created_seq = 0) {
  OpeningTarget target;
  target.watched_created_seq = watched_created_seq == 0 ? job.created_seq : watched_created_seq;
  target.present = std::move(job);
  return target;
}

OpeningTarget gone(Seq created, std::string filename, Seq deleted) {
  OpeningTarget target;
  target.tombstone =
      Tombstone{make_id(static_cast<std::uint64_t>(created)), std::move(filename), created, deleted, made_at};
  target.watched_created_seq = created;
  return target;
}

Opening opening_of(std::vector<OpeningTarget> targets, bool after_is_known = true) {
  Opening opening;
  opening.targets = std::move(targets);
  opening.head = 100;
  opening.oldest = 1;
  opening.after_is_known = after_is_known;
  return opening;
}

std::vector<std::string> payloads_of(const OpeningPlan& plan) {
  std::vector<std::string> payloads;
  for (const auto& frame : plan.frames) payloads.emplace_back(frame->payload());
  return payloads;
}

std::string missing_name(const std::string& filename) {
  return not_found_payload(filename, {}, made_at);
}

std::string missing_id(std::uint64_t number) {
  return not_found_payload({}, make_id(number).to_string(), made_at);
}

TEST(OpeningTest, AFreshStreamTellsThePresentStates) {
  const auto a = at_seq(make_job(2, "a"), 30, JobStatus::processing);
  const auto b = at_seq(make_job(1, "b"), 20, JobStatus::completed);
  const auto plan = plan_opening({a.id, "b"}, opening_of({present(a), present(b)}), {}, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), ElementsAre(state_payload(b), state_payload(a))) << "in ascending seq";
  EXPECT_EQ(plan.cursor, 100);
  EXPECT_EQ(plan.chosen.watched_created_seq(), (std::vector<Seq>{2, 1}));
  EXPECT_FALSE(plan.chosen.watches()[0].over);
  EXPECT_TRUE(plan.chosen.watches()[1].over);
}

TEST(OpeningTest, AJobChosenByIdAndByNameIsToldOnce) {
  const auto job = make_job(2, "a");
  const auto plan = plan_opening({job.id, "a"}, opening_of({present(job), present(job)}), {}, made_at);
  EXPECT_THAT(payloads_of(plan), ElementsAre(state_payload(job)));
  EXPECT_EQ(plan.chosen.watches().size(), 2U);
}

TEST(OpeningTest, AllOverAtOnceIsStillToldToAFreshStream) {
  const auto job = make_job(2, "a", JobStatus::failed);
  const auto plan = plan_opening({"a"}, opening_of({present(job)}), {}, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), ElementsAre(state_payload(job)));
  EXPECT_TRUE(plan.chosen.all_over());
}

TEST(OpeningTest, AMissingNameIsToldAndWaitedFor) {
  for (const auto after : {std::optional<Seq>(), std::optional<Seq>(50)}) {
    const auto plan = plan_opening({"a"}, opening_of({{}}), after, made_at);
    EXPECT_EQ(plan.kind, OpeningKind::stream);
    EXPECT_THAT(payloads_of(plan), ElementsAre(missing_name("a")));
    EXPECT_FALSE(plan.chosen.all_over());
  }
}

TEST(OpeningTest, ANameWhoseJobsAreGoneIsLikeOneThatNeverWas) {
  const auto plan = plan_opening({"a"}, opening_of({gone(3, "a", 9)}), {}, made_at);
  EXPECT_THAT(payloads_of(plan), ElementsAre(missing_name("a")));
  EXPECT_FALSE(plan.chosen.all_over());
}

TEST(OpeningTest, UnknownIdsAloneAreNotFound) {
  for (const auto after : {std::optional<Seq>(), std::optional<Seq>(50)}) {
    const auto plan = plan_opening({make_id(7), make_id(8)}, opening_of({{}, {}}), after, made_at);
    EXPECT_EQ(plan.kind, OpeningKind::not_found);
  }
  EXPECT_EQ(plan_opening({make_id(7)}, opening_of({{}}, false), 50, made_at).kind, OpeningKind::not_found);
  EXPECT_EQ(plan_opening({make_id(7)}, opening_of({gone(7, "a", 9)}), {}, made_at).kind, OpeningKind::not_found)
      << "a deleted one is unknown to a client that comes anew";
}

TEST(OpeningTest, AnUnknownIdAmongOthersIsToldAndCountsAsFinished) {
  const auto job = make_job(2, "a");
  const auto plan = plan_opening({make_id(7), job.id}, opening_of({{}, present(job)}), {}, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), ElementsAre(missing_id(7), state_payload(job)));
  EXPECT_TRUE(plan.chosen.watches()[0].over);
  EXPECT_FALSE(plan.chosen.all_over());
}

TEST(OpeningTest, AResumedStreamGoesOnFromItsLastId) {
  const auto a = at_seq(make_job(2, "a"), 30, JobStatus::processing);
  const auto plan = plan_opening({"a"}, opening_of({present(a)}), 25, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), IsEmpty());
  EXPECT_EQ(plan.cursor, 25);
  EXPECT_FALSE(plan.chosen.all_over());
}

TEST(OpeningTest, AnEndAfterTheLastIdIsReplayedBeforeTheStreamEnds) {
  const auto a = at_seq(make_job(2, "a"), 30, JobStatus::completed);
  const auto plan = plan_opening({"a"}, opening_of({present(a)}), 25, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_EQ(plan.cursor, 25);
  EXPECT_FALSE(plan.chosen.all_over());
}

TEST(OpeningTest, AResumedNameIsWatchedFromTheJobOfThatMoment) {
  const auto newer = at_seq(make_job(40, "a"), 45, JobStatus::processing);
  const auto plan = plan_opening({"a"}, opening_of({present(newer, 2)}), 25, made_at);
  EXPECT_EQ(plan.chosen.watched_created_seq(), std::vector<Seq>{2});
  EXPECT_EQ(plan.cursor, 25);
}

TEST(OpeningTest, NothingIsLeftWhereAllIsOverAndKnown) {
  const auto a = at_seq(make_job(2, "a"), 30, JobStatus::completed);
  struct Case {
    Seq after;
    OpeningKind kind;
  };
  for (const auto& [after, kind] : {
           Case{30, OpeningKind::no_content},
           Case{31, OpeningKind::no_content},
           Case{29, OpeningKind::stream},
       }) {
    EXPECT_EQ(plan_opening({a.id}, opening_of({present(a)}), after, made_at).kind, kind) << after;
    EXPECT_EQ(plan_opening({a.id, make_id(7)}, opening_of({present(a), {}}), after, made_at).kind, kind) << after;
    const auto with_deleted = opening_of({present(a), gone(3, "b", 30)});
    EXPECT_EQ(plan_opening({a.id, "b"}, with_deleted, after, made_at).kind, kind) << after;
  }
}

TEST(OpeningTest, ADeletionThatIsNotKnownYetIsReplayedThoughAnOlderJobHasTheNameAgain) {
  const auto older = at_seq(make_job(2, "a"), 10, JobStatus::completed);
  const auto plan = plan_opening({"a"}, opening_of({present(older, 20)}), 25, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), IsEmpty());
  EXPECT_FALSE(plan.chosen.all_over());
  EXPECT_EQ(plan.chosen.watched_created_seq(), std::vector<Seq>{20});
}

TEST(OpeningTest, TheFinishedOfTheLastIdIsRepeatedWhileOthersRun) {
  const auto ended = at_seq(make_job(2, "a"), 30, JobStatus::completed);
  const auto running = at_seq(make_job(3, "b"), 20, JobStatus::processing);
  const auto opening = opening_of({present(ended), present(running), present(ended)});
  const std::vector<JobRef> refs = {"a", running.id, ended.id};
  const auto plan = plan_opening(refs, opening, 30, made_at);
  EXPECT_THAT(payloads_of(plan), ElementsAre(finished_payload(ended)));
  EXPECT_THAT(payloads_of(plan_opening(refs, opening, 31, made_at)), IsEmpty());
  EXPECT_THAT(payloads_of(plan_opening(refs, opening, 29, made_at)), IsEmpty());
}

TEST(OpeningTest, AResumedStreamIsToldWhatIsMissing) {
  const auto running = at_seq(make_job(3, "b"), 20, JobStatus::processing);
  const auto opening = opening_of({present(running), {}, {}, gone(4, "d", 50)});
  const auto plan = plan_opening({"b", make_id(7), "c", "d"}, opening, 30, made_at);
  EXPECT_THAT(payloads_of(plan), ElementsAre(missing_id(7), missing_name("c")));
  EXPECT_TRUE(plan.chosen.watches()[1].over);
  EXPECT_FALSE(plan.chosen.watches()[2].over);
  EXPECT_FALSE(plan.chosen.watches()[3].over) << "its deletion is replayed first";
}

TEST(OpeningTest, AGapIsFollowedByThePresentState) {
  const auto a = at_seq(make_job(2, "a"), 30, JobStatus::completed);
  const auto opening = opening_of({present(a), gone(3, "b", 20), gone(4, "c", 40), {}}, false);
  const auto plan = plan_opening({a.id, make_id(3), "c", "d"}, opening, 777, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), ElementsAre(gap_payload(777, 1, made_at), missing_name("d"),
                                             deleted_payload(make_id(3), "b", 20, made_at), state_payload(a),
                                             deleted_payload(make_id(4), "c", 40, made_at)));
  EXPECT_EQ(plan.cursor, 100);
  EXPECT_EQ(plan.chosen.watched_created_seq(), (std::vector<Seq>{2, 3, 4, 0}));
  EXPECT_FALSE(plan.chosen.watches()[3].over);
}

TEST(OpeningTest, AGapIsNever204) {
  const auto a = at_seq(make_job(2, "a"), 30, JobStatus::completed);
  const auto plan = plan_opening({a.id}, opening_of({present(a)}, false), 99, made_at);
  EXPECT_EQ(plan.kind, OpeningKind::stream);
  EXPECT_THAT(payloads_of(plan), ElementsAre(gap_payload(99, 1, made_at), state_payload(a)));
  EXPECT_TRUE(plan.chosen.all_over());
}

}  // namespace
}  // namespace jobcast::push
