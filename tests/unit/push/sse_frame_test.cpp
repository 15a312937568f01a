#include "push/sse_frame.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "push/job_json.hpp"
#include "support/make_job.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;

const std::string now_text = "\"timestamp\":\"2026-11-23T20:43:00.123Z\"}\n\n";

TEST(FrameTest, HasChunkFramingAround) {
  struct Case {
    std::size_t bytes;
    std::string_view size;
  };
  for (const auto& [bytes, size] : {Case{1, "1"}, Case{15, "f"}, Case{16, "10"}, Case{0xabcde, "abcde"}}) {
    const std::string payload(bytes, 'x');
    const Frame frame(payload);
    EXPECT_EQ(frame.chunk(), std::string(size) + "\r\n" + payload + "\r\n");
    EXPECT_EQ(frame.payload(), payload);
    EXPECT_EQ(frame.wire(true), frame.chunk());
    EXPECT_EQ(frame.wire(false), frame.payload());
  }
}

TEST(SseFrameTest, StatusOfARunningJob) {
  const auto event = make_event(EventType::moved, at_seq(make_job(7, "a"), 9, JobStatus::processing));
  EXPECT_EQ(
      event_payload(*event, "{}"),
      "id: 9\nevent: status\ndata: {\"type\":\"job_status\",\"job\":{},\"message\":\"Waiting in queue\"," + now_text);
}

TEST(SseFrameTest, StatusIsFollowedByFinishedWhereTheEventEndedTheJob) {
  for (const auto status : {JobStatus::completed, JobStatus::failed, JobStatus::cancelled}) {
    const auto event = make_event(EventType::moved, at_seq(make_job(7, "a"), 9, status));
    EXPECT_EQ(event_payload(*event, "{}"),
              "id: 9\nevent: status\ndata: {\"type\":\"job_status\",\"job\":{},\"message\":\"Waiting in queue\"," +
                  now_text + "id: 9\nevent: finished\ndata: {\"type\":\"job_finished\",\"job\":{}," + now_text);
  }
}

TEST(SseFrameTest, DeletedTellsNoJob) {
  const auto event = make_event(EventType::deleted, at_seq(make_job(1, "a\"b"), 9, JobStatus::completed));
  const auto expected =
      "id: 9\nevent: deleted\ndata: "
      "{\"type\":\"job_deleted\",\"id\":\"00000000000000000000000001\",\"filename\":\"a\\\"b\"," +
      now_text;
  EXPECT_EQ(event_payload(*event, "{}"), expected);
  EXPECT_EQ(deleted_payload(make_id(1), "a\"b", 9, made_at), expected);
}

TEST(SseFrameTest, PresentStateIsWhatTheEventWas) {
  for (const auto status : {JobStatus::processing, JobStatus::failed}) {
    const auto event = make_event(EventType::moved, at_seq(make_job(7, "a"), 9, status));
    EXPECT_EQ(state_payload(event->job), event_payload(*event, job_json(event->job)));
  }
  const auto job = make_job(7, "a", JobStatus::completed);
  EXPECT_EQ(finished_payload(job),
            "id: 7\nevent: finished\ndata: {\"type\":\"job_finished\",\"job\":" + job_json(job) + "," + now_text);
}

TEST(SseFrameTest, AMessageStaysInOneLine) {
  auto job = make_job(7, "a");
  job.status_description = "first\nsecond\r\n\"third\"";
  const auto payload = state_payload(job);
  EXPECT_NE(payload.find("\"message\":\"first\\nsecond\\r\\n\\\"third\\\"\""), std::string::npos);
  EXPECT_EQ(std::count(payload.begin(), payload.end(), '\n'), 4);
  EXPECT_EQ(payload.find('\r'), std::string::npos);
}

TEST(SseFrameTest, DeltaTellsTheCounts) {
  JobCounts counts;
  counts[JobStatus::pending] = 2;
  counts[JobStatus::failed] = 1;
  const std::string summary =
      "\"summary\":{\"total_jobs\":3,\"pending_jobs\":2,\"processing_jobs\":0,\"completed_jobs\":0,"
      "\"failed_jobs\":1,\"cancelled_jobs\":0},";
  const auto updated = make_event(EventType::progress, make_job(3, "a"));
  EXPECT_EQ(delta_payload(*updated, "{}", counts),
            "id: 3\nevent: job\ndata: {\"type\":\"job_update\",\"job\":{}," + summary + now_text);
  const auto deleted = make_event(EventType::deleted, make_job(3, "a"));
  EXPECT_EQ(
      delta_payload(*deleted, "{}", counts),
      "id: 3\nevent: job\ndata: {\"type\":\"job_deleted\",\"id\":\"00000000000000000000000003\"," + summary + now_text);
}

TEST(SseFrameTest, EventsWithoutAJob) {
  EXPECT_EQ(connection_payload("me", "a.pdf", made_at, 1500ms),
            "retry: 1500\nevent: connection\ndata: "
            "{\"type\":\"connected\",\"clientId\":\"me\",\"filename\":\"a.pdf\"," +
                now_text);
  EXPECT_EQ(connection_payload("a\nb", {}, made_at, 2500ms),
            "retry: 2500\nevent: connection\ndata: {\"type\":\"connected\",\"clientId\":\"a\\nb\"," + now_text);
  EXPECT_EQ(not_found_payload("a.pdf", {}, made_at),
            "event: error\ndata: {\"type\":\"job_not_found\",\"error\":\"there is no job of that name yet\","
            "\"filename\":\"a.pdf\"," +
                now_text);
  EXPECT_EQ(not_found_payload({}, "X", made_at),
            "event: error\ndata: {\"type\":\"job_not_found\",\"error\":\"there is no job of that id\",\"id\":\"X\"," +
                now_text);
  EXPECT_EQ(overloaded_payload("full", made_at, 15s),
            "retry: 15000\nevent: error\ndata: {\"type\":\"overloaded\",\"error\":\"full\"," + now_text);
  EXPECT_EQ(gap_payload(4, 9, made_at),
            "event: gap\ndata: {\"type\":\"gap\",\"last_event_id\":4,\"oldest\":9," + now_text);
  EXPECT_EQ(close_payload(made_at, 1s), "retry: 1000\nevent: close\ndata: {\"type\":\"server_shutdown\"," + now_text);
  EXPECT_EQ(queue_payload(make_id(1), {3, 12, false}, made_at),
            "event: queue\ndata: {\"type\":\"queue\",\"id\":\"00000000000000000000000001\",\"queue_position\":3,"
            "\"eta_seconds\":12,\"stalled\":false," +
                now_text);
  EXPECT_EQ(queue_payload(make_id(1), {{}, {}, true}, made_at),
            "event: queue\ndata: {\"type\":\"queue\",\"id\":\"00000000000000000000000001\",\"queue_position\":null,"
            "\"eta_seconds\":null,\"stalled\":true," +
                now_text);
  EXPECT_EQ(heartbeat_payload(made_at), "event: heartbeat\ndata: {\"ts\":1795466580123}\n\n");
}

}  // namespace
}  // namespace jobcast::push
