#include "push/delivery.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "jobcast/limits.hpp"

#include "support/make_job.hpp"

namespace jobcast::push {
namespace {

/// All that would be written, joined.
std::string wire_of(const Delivery& delivery) {
  std::vector<std::string_view> pieces(1000);
  pieces.resize(delivery.gather(pieces));
  std::string all;
  for (const auto piece : pieces) all += piece;
  return all;
}

JobEvent event_of(EventType type, Seq job, std::int64_t attempt = 1) {
  JobEvent event;
  event.type = type;
  event.job = make_job(job, "a", JobStatus::processing);
  event.job.attempt = attempt;
  return event;
}

JobEvent progress_of(Seq job, std::int64_t attempt = 1) {
  return event_of(EventType::progress, job, attempt);
}

/// So much in one frame that a delivery begins to merge.
FramePtr filler() {
  return make_frame(std::string(limits::merge_queue_bytes, '#'));
}

/// What waits after the filler.
std::string after_filler(const Delivery& delivery) {
  const auto all = wire_of(delivery);
  return all.substr(all.rfind('#') + 1);
}

TEST(DeliveryTest, WritesChunksAndTheBareHead) {
  Delivery delivery(true);
  delivery.push_head("HTTP/1.1 200 OK\r\n\r\n");
  delivery.push(make_frame("data: 1\n\n"));
  delivery.push(make_frame("0123456789abcdef\n"));
  delivery.push_end();
  const std::string expected =
      "HTTP/1.1 200 OK\r\n\r\n"
      "9\r\ndata: 1\n\n\r\n"
      "11\r\n0123456789abcdef\n\r\n"
      "0\r\n\r\n";
  EXPECT_EQ(wire_of(delivery), expected);
  EXPECT_EQ(delivery.waiting_bytes(), expected.size());
}

TEST(DeliveryTest, WritesBarePayloadsToACloseDelimitedStream) {
  Delivery delivery(false);
  delivery.push_head("HTTP/1.0 200 OK\r\n\r\n");
  delivery.push(make_frame("data: 1\n\n"));
  delivery.push_end();
  EXPECT_EQ(wire_of(delivery), "HTTP/1.0 200 OK\r\n\r\ndata: 1\n\n");
}

TEST(DeliveryTest, GathersNoMoreThanThereIsRoomFor) {
  Delivery delivery(false);
  for (const auto* text : {"a", "b", "c"}) delivery.push(make_frame(text));
  std::string_view pieces[2];
  EXPECT_EQ(delivery.gather(pieces), 2U);
  EXPECT_EQ(pieces[1], "b");
}

TEST(DeliveryTest, GoesOnAfterAnyNumberOfBytes) {
  Delivery whole(true);
  whole.push_head("head");
  for (const auto* text : {"one", "twenty-two", "3"}) whole.push(make_frame(text));
  whole.push_end();
  const auto expected = wire_of(whole);
  for (std::size_t step = 1; step <= expected.size(); ++step) {
    auto delivery = whole;
    std::string written;
    while (!delivery.empty()) {
      const auto bytes = wire_of(delivery).substr(0, step);
      written += bytes;
      delivery.consume(bytes.size());
      EXPECT_EQ(delivery.waiting_bytes(), expected.size() - written.size());
    }
    EXPECT_EQ(written, expected) << "in steps of " << step;
  }
}

TEST(DeliveryTest, KeepsEveryProgressBelowTheMark) {
  Delivery delivery(false);
  delivery.push(make_frame(std::string(limits::merge_queue_bytes - 3, '#')));
  delivery.push_event(make_frame("p1"), progress_of(1));
  delivery.push_event(make_frame("p2"), progress_of(1));
  EXPECT_EQ(after_filler(delivery), "p1p2");
  delivery.push_event(make_frame("p3"), progress_of(1));
  EXPECT_EQ(after_filler(delivery), "p1p3") << "the mark is reached";
}

TEST(DeliveryTest, ProgressGivesWayToALaterOneOfTheSameAttemptOnly) {
  Delivery delivery(false);
  delivery.push(filler());
  delivery.push_event(make_frame("[1.1]"), progress_of(1, 1));
  delivery.push_event(make_frame("[2.1]"), progress_of(2, 1));
  delivery.push_event(make_frame("[1.2]"), progress_of(1, 2));
  EXPECT_EQ(after_filler(delivery), "[1.1][2.1][1.2]");
  delivery.push_event(make_frame("[1.1 later]"), progress_of(1, 1));
  EXPECT_EQ(after_filler(delivery), "[2.1][1.2][1.1 later]") << "it takes its own place";
  EXPECT_EQ(delivery.waiting_bytes(), limits::merge_queue_bytes + 21);
}

TEST(DeliveryTest, NeverLeavesOutAnythingButProgress) {
  Delivery delivery(false);
  delivery.push(filler());
  std::string expected;
  for (const auto type : {EventType::created, EventType::moved, EventType::deleted}) {
    for (int i = 0; i < 2; ++i) {
      delivery.push_event(make_frame("x"), event_of(type, 1));
      expected += "x";
    }
  }
  delivery.push_event(make_frame("p"), progress_of(1));
  EXPECT_EQ(after_filler(delivery), expected + "p");
  delivery.push_event(make_frame("q"), progress_of(1));
  EXPECT_EQ(after_filler(delivery), expected + "q");
}

TEST(DeliveryTest, NeverWithdrawsWhatIsPartlyWritten) {
  Delivery delivery(false);
  delivery.push_event(filler(), progress_of(1));
  delivery.consume(0);
  delivery.push_event(make_frame("x" + std::string(limits::merge_queue_bytes, '.')), progress_of(1));
  EXPECT_EQ(wire_of(delivery)[0], 'x') << "nothing of the first was written";
  delivery.consume(1);
  delivery.push_event(make_frame("last"), progress_of(1));
  EXPECT_EQ(wire_of(delivery), std::string(limits::merge_queue_bytes, '.') + "last");
}

TEST(DeliveryTest, KeepsOnlyTheNewestWaitingSnapshotAndHeartbeat) {
  Delivery delivery(false);
  delivery.push_snapshot(make_frame("[s1]"));
  delivery.push_heartbeat(make_frame("[h1]"));
  delivery.push(make_frame("[plain]"));
  delivery.push_snapshot(make_frame("[s2]"));
  delivery.push_heartbeat(make_frame("[h2]"));
  EXPECT_EQ(wire_of(delivery), "[plain][s2][h2]");
}

TEST(DeliveryTest, KeepsOnlyTheNewestPlaceInTheQueueOfEachJob) {
  Delivery delivery(false);
  delivery.push_queue(make_frame("[a 3]"), 1);
  delivery.push_queue(make_frame("[b 4]"), 2);
  delivery.push(make_frame("[plain]"));
  delivery.push_queue(make_frame("[a 2]"), 1);
  EXPECT_EQ(wire_of(delivery), "[b 4][plain][a 2]");
  EXPECT_EQ(delivery.waiting_bytes(), 17U);
}

TEST(DeliveryTest, KeepsAPartlyWrittenSnapshotBesideTheNewest) {
  Delivery delivery(false);
  delivery.push_snapshot(make_frame("[s1]"));
  delivery.consume(1);
  delivery.push_snapshot(make_frame("[s2]"));
  delivery.push_snapshot(make_frame("[s3]"));
  EXPECT_EQ(wire_of(delivery), "s1][s3]");
  EXPECT_EQ(delivery.waiting_bytes(), 7U);
}

TEST(DeliveryTest, IsNeverOverItsLimitForASingleFrame) {
  Delivery delivery(false);
  EXPECT_FALSE(delivery.over(0));
  delivery.push(make_frame(std::string(100, 'x')));
  EXPECT_FALSE(delivery.over(10));
  delivery.push(make_frame("y"));
  EXPECT_TRUE(delivery.over(10));
  EXPECT_TRUE(delivery.over(100));
  EXPECT_FALSE(delivery.over(101)) << "the limit itself is allowed";
  delivery.consume(100);
  EXPECT_FALSE(delivery.over(0));
}

}  // namespace
}  // namespace jobcast::push
