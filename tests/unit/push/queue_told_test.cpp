#include "push/queue_told.hpp"

#include "queue_fixture.hpp"

namespace jobcast::push {
namespace {

class QueueToldTest : public QueueTest {
 protected:
  const QueueBoard::Entry& entry(Seq number) { return *board->find(number); }

  void tell(Seq number, const QueueState& state) { told.tell(entry(number), state, now.steady); }
  bool is_news(Seq number, const QueueState& state) { return told.is_news(entry(number), state, now.steady); }

  QueueTold told;
};

TEST_F(QueueToldTest, TheFirstIsNewsWhereItSaysSomething) {
  const auto job = create("slow");
  for (const QueueState& state : {QueueState{1, {}, false}, QueueState{{}, 10, false}, QueueState{{}, {}, true}}) {
    EXPECT_TRUE(is_news(job, state));
  }
  EXPECT_FALSE(is_news(job, {}));
}

TEST_F(QueueToldTest, TheSameIsNone) {
  const auto job = create("slow");
  const QueueState states[] = {{}, {3, {}, false}, {3, 10, false}, {{}, 0, true}};
  for (const auto& state : states) {
    tell(job, state);
    EXPECT_FALSE(is_news(job, state));
  }
}

TEST_F(QueueToldTest, WhatChangedIsNews) {
  const auto job = create("slow");
  tell(job, {3, 10, false});
  EXPECT_TRUE(is_news(job, {2, 10, false}));
  EXPECT_TRUE(is_news(job, {{}, 10, false}));
  EXPECT_TRUE(is_news(job, {3, {}, false}));
  EXPECT_TRUE(is_news(job, {3, 10, true}));
}

TEST_F(QueueToldTest, AnotherJobAndAnotherMoveAreNews) {
  const auto job = create("slow");
  tell(job, {1, {}, false});
  EXPECT_TRUE(is_news(create("slow"), {1, {}, false}));
  start(job);
  EXPECT_TRUE(is_news(job, {1, {}, false}));
  tell(job, {});
  report(job, 50);
  EXPECT_FALSE(is_news(job, {})) << "progress is told by the job itself";
  back_off(job, 5s);
  EXPECT_TRUE(is_news(job, {})) << "it waits again";
}

TEST_F(QueueToldTest, AnEtaIsComparedWithWhatTheClientHasCountedDownTo) {
  const auto job = create("slow");
  struct Case {
    std::int64_t told;
    std::chrono::seconds later;
    std::int64_t now;
    bool news;
  };
  const Case cases[] = {
      {10, 4s, 6, false},    {10, 4s, 8, false},   {10, 4s, 9, true},   {10, 4s, 4, false},    {10, 4s, 3, true},
      {100, 0s, 120, false}, {100, 0s, 121, true}, {100, 0s, 79, true}, {100, 90s, 12, false}, {100, 90s, 13, true},
      {10, 60s, 0, false},   {10, 60s, 2, false},  {10, 60s, 3, true},
  };
  for (const auto& [before, later, present, news] : cases) {
    tell(job, {1, before, false});
    now.steady += later;
    EXPECT_EQ(is_news(job, {1, present, false}), news) << before << " s, " << later.count() << " s later " << present;
  }
}

}  // namespace
}  // namespace jobcast::push
