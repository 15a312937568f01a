#include "push/send_round.hpp"

#include <gmock/gmock.h>

#include "framed.hpp"

namespace jobcast::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FramedEventPtr event(EventType type, Seq seq, std::size_t message_bytes = 0, std::int64_t attempt = 1) {
  auto job = at_seq(make_job(1, "a"), seq, JobStatus::processing);
  job.attempt = attempt;
  job.status_description = std::string(message_bytes, 'm');
  return framed(make_event(type, job));
}

std::vector<Seq> seqs(const SendRound& round) {
  std::vector<Seq> seqs;
  for (const auto& one : round.unsent) seqs.push_back(one->event->job.seq);
  return seqs;
}

const SendRound::TimePoint later{std::chrono::seconds(5)};

TEST(SendRoundTest, WhatIsThereAtTheFirstTurnIsOneRound) {
  SendRound round;
  EXPECT_TRUE(round.add(event(EventType::progress, 2), {}));
  EXPECT_FALSE(round.add(event(EventType::progress, 3), later));
  round.go_on();
  round.next = 7;
  EXPECT_FALSE(round.end(later));
  EXPECT_THAT(round.unsent, IsEmpty());
  EXPECT_EQ(round.next, 0U);
}

TEST(SendRoundTest, WhatComesMeanwhileBeginsAnotherRound) {
  SendRound round;
  round.add(event(EventType::progress, 2), {});
  round.go_on();
  round.next = 3;
  EXPECT_FALSE(round.add(event(EventType::progress, 3), {}));
  round.go_on();
  EXPECT_TRUE(round.end(later));
  EXPECT_THAT(seqs(round), ElementsAre(3));
  EXPECT_EQ(round.began, later);
  EXPECT_EQ(round.next, 0U);
  round.go_on();
  EXPECT_FALSE(round.end(later));
}

TEST(SendRoundTest, WhereMuchWaitsProgressGivesWayToLaterProgressOfTheSameAttempt) {
  SendRound round;
  round.add(event(EventType::created, 1), {});
  round.go_on();
  round.add(event(EventType::progress, 2, 40'000), {});
  round.add(event(EventType::progress, 3, 40'000, 2), {});
  round.add(event(EventType::moved, 4), {});
  round.add(event(EventType::progress, 5), {});
  round.add(event(EventType::progress, 6), {});
  EXPECT_TRUE(round.end({}));
  EXPECT_THAT(seqs(round), ElementsAre(3, 4, 6));
}

TEST(SendRoundTest, WhereLittleWaitsNothingIsLeftOut) {
  SendRound round;
  round.add(event(EventType::created, 1), {});
  round.go_on();
  for (Seq seq = 2; seq <= 5; ++seq) round.add(event(EventType::progress, seq), {});
  EXPECT_TRUE(round.end({}));
  EXPECT_THAT(seqs(round), ElementsAre(2, 3, 4, 5));
}

}  // namespace
}  // namespace jobcast::push
