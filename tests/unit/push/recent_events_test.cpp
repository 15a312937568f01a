#include "push/recent_events.hpp"

#include <gmock/gmock.h>

#include "jobcast/limits.hpp"

#include "framed.hpp"

namespace jobcast::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FramedEventPtr event_at(Seq seq, std::size_t bytes = 10) {
  const Frame frame(std::string(bytes, 'x'));
  return std::make_shared<const FramedEvent>(
      FramedEvent{make_event(EventType::moved, make_job(seq, "a")), frame, {}, {}, {}});
}

std::vector<Seq> after(const RecentEvents& recent, Seq seq) {
  std::vector<Seq> seqs;
  for (auto at = recent.first_after(seq); at != recent.end(); ++at) seqs.push_back((*at)->event->job.seq);
  return seqs;
}

TEST(RecentEventsTest, GivesWhatCameAfterANumber) {
  RecentEvents recent(10);
  EXPECT_EQ(recent.complete_after(), 10);
  EXPECT_THAT(after(recent, 0), IsEmpty());
  for (const Seq seq : {11, 15, 16}) recent.add(event_at(seq));
  EXPECT_EQ(recent.complete_after(), 10);
  EXPECT_THAT(after(recent, 10), ElementsAre(11, 15, 16));
  EXPECT_THAT(after(recent, 11), ElementsAre(15, 16));
  EXPECT_THAT(after(recent, 13), ElementsAre(15, 16));
  EXPECT_THAT(after(recent, 16), IsEmpty());
}

TEST(RecentEventsTest, ForgetsTheOldestBeyondItsNumber) {
  RecentEvents recent(0);
  for (Seq seq = 1; seq <= static_cast<Seq>(limits::recent_events) + 3; ++seq) recent.add(event_at(seq));
  EXPECT_EQ(recent.complete_after(), 3);
  EXPECT_EQ(after(recent, 0).size(), limits::recent_events);
}

TEST(RecentEventsTest, ForgetsTheOldestBeyondItsBytes) {
  RecentEvents recent(0);
  recent.add(event_at(1));
  recent.add(event_at(2, limits::recent_event_bytes / 2));
  recent.add(event_at(3, limits::recent_event_bytes / 2));
  EXPECT_EQ(recent.complete_after(), 2);
  EXPECT_THAT(after(recent, 0), ElementsAre(3));
  recent.add(event_at(4, limits::recent_event_bytes));
  EXPECT_EQ(recent.complete_after(), 4);
  EXPECT_THAT(after(recent, 0), IsEmpty());
  recent.add(event_at(5));
  EXPECT_THAT(after(recent, 4), ElementsAre(5));
}

}  // namespace
}  // namespace jobcast::push
