#include <nlohmann/json.hpp>

#include "queue_fixture.hpp"

namespace jobcast::push {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class QueueReasonTest : public QueueTest {
 protected:
  std::string_view reason(Seq number) { return to_string(why(number).reason); }
};

TEST_F(QueueReasonTest, TellsWhyAJobWaits) {
  run_once("slow", 10s);
  start(create("slow"));
  const auto next = create("slow");
  const auto after = create("slow");
  const auto later = create("slow", 0, now.wall + 1h);
  const auto failed = create("slow");
  start(failed);
  back_off(failed, 4s);
  const auto outside = create("outside");
  const auto gone = create("gone");
  EXPECT_EQ(reason(next), "ready");
  EXPECT_EQ(why(next).sentence, "The job is next in line for a free worker; 1 of 2 workers is busy.");
  EXPECT_EQ(reason(after), "queued");
  EXPECT_EQ(why(after).sentence, "The job is number 2 in the queue; 1 of 2 workers is busy.");
  EXPECT_EQ(reason(later), "scheduled");
  EXPECT_THAT(why(later).sentence, HasSubstr(", in 60 min."));
  EXPECT_EQ(reason(failed), "backoff");
  EXPECT_THAT(why(failed).sentence, StartsWith("The last attempt failed; retry 1 of 3 starts at 2026-"));
  EXPECT_THAT(why(failed).sentence, HasSubstr("Z, in 4 s."));
  EXPECT_EQ(reason(outside), "waits_for_worker");
  EXPECT_EQ(reason(create("outside")), "waits_for_worker");
  EXPECT_EQ(reason(gone), "handler_missing");
  board->set_paused("slow", true);
  for (const auto number : {next, after, later, failed}) EXPECT_EQ(reason(number), "paused");
  EXPECT_EQ(why(after).sentence,
            "The handler slow is paused: its jobs start when it is resumed; 1 job is ahead of it.");
}

TEST_F(QueueReasonTest, TellsOfFullSlots) {
  setup.workers = 4;
  make_board({});
  start(create("fast"));
  const auto next = create("fast");
  EXPECT_EQ(reason(next), "ready");
  start(create("fast"));
  EXPECT_EQ(reason(next), "slots_full");
  EXPECT_EQ(why(next).sentence, "The handler fast runs 2 jobs at once, and 2 are running; it is next in line.");
  EXPECT_EQ(why(next).slots_used, 2);
  EXPECT_EQ(why(next).slots_limit, 2);
}

TEST_F(QueueReasonTest, TheLaterOfTwoTimesCounts) {
  const auto job = create("slow", 0, now.wall + 1h);
  start(job);  // by `process`
  back_off(job, 4s);
  EXPECT_EQ(reason(job), "scheduled");
  start(job);
  back_off(job, 2h);
  EXPECT_EQ(reason(job), "backoff");
  advance(3h);
  EXPECT_EQ(reason(job), "ready");
  EXPECT_EQ(why(job).backoff_until, std::nullopt);
}

TEST_F(QueueReasonTest, TellsOfRunningAndFinishedJobs) {
  const auto job = create("slow");
  start(job);
  EXPECT_EQ(reason(job), "running");
  EXPECT_THAT(why(job).sentence, HasSubstr("not known yet"));
  advance(1s);
  end(job);
  EXPECT_EQ(reason(job), "finished");
  EXPECT_THAT(why(job).sentence, StartsWith("The job completed at 2026-"));
  const auto next = create("slow");
  start(next);
  EXPECT_THAT(why(next).sentence, HasSubstr("should end in about 1 s."));
  advance(6s);
  EXPECT_EQ(reason(next), "stalled");
  EXPECT_EQ(why(next).sentence,
            "The job runs, but its progress has stood still for 6 s; at most 1 s is usual for slow.");
}

TEST_F(QueueReasonTest, AMoveThatTheBoardHasMissedContradictsNothing) {
  const auto job = create("slow");
  auto fresher = jobs.at(job);
  fresher.status = JobStatus::processing;
  auto present = view();
  const auto answer = explain(fresher, present);
  EXPECT_EQ(answer.reason, QueueReason::running);
  EXPECT_EQ(answer.state, QueueState{});
  fresher.id = make_id(77);
  fresher.status = JobStatus::pending;
  EXPECT_EQ(explain(fresher, present).reason, QueueReason::ready);
}

TEST_F(QueueReasonTest, IsToldAsJson) {
  run_once("fast", 10s);
  const auto number = create("fast");
  const auto json = nlohmann::json::parse(queue_answer_json(jobs.at(number), why(number)));
  EXPECT_EQ(json, nlohmann::json::parse(R"({"id":")" + jobs.at(number).id.to_string() + R"(",
    "status":"pending","running":false,"reason":"ready",
    "sentence":"The job is next in line for a free worker; 0 of 2 workers are busy.",
    "queue_position":1,"eta_seconds":10,"backoff_until":null,"run_at":null,"slots":{"used":0,"limit":2},
    "paused":false,"stalled":false})"));
}

}  // namespace
}  // namespace jobcast::push
