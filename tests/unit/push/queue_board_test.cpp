#include <algorithm>
#include <random>

#include "queue_fixture.hpp"

namespace jobcast::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class QueueBoardTest : public QueueTest {
 protected:
  /// 0 stands for none.
  std::vector<std::int64_t> positions(const std::vector<Seq>& numbers) {
    std::vector<std::int64_t> all;
    for (const auto number : numbers) all.push_back(position(number).value_or(0));
    return all;
  }
};

TEST_F(QueueBoardTest, TheOldestStartsFirstAndTheHighestPriorityBeforeIt) {
  const auto a = create("slow");
  const auto b = create("slow");
  const auto urgent = create("fast", 10);
  const auto late = create("fast", -1);
  EXPECT_THAT(positions({a, b, urgent, late}), ElementsAre(2, 3, 1, 4));
}

TEST_F(QueueBoardTest, MovesUpWhenThoseBeforeItLeave) {
  const auto a = create("slow");
  const auto b = create("slow");
  const auto c = create("slow");
  const auto d = create("slow");
  start(a);
  EXPECT_THAT(positions({a, b, c, d}), ElementsAre(0, 1, 2, 3)) << "started";
  end(b, JobStatus::cancelled);
  EXPECT_THAT(positions({b, c, d}), ElementsAre(0, 1, 2)) << "cancelled";
  remove(c);
  EXPECT_THAT(positions({c, d}), ElementsAre(0, 1)) << "deleted";
  end(a);
  EXPECT_THAT(positions({a, d}), ElementsAre(0, 1)) << "completed";
}

TEST_F(QueueBoardTest, AFailedAttemptWaitsForItsTimeAndThenInItsOldPlace) {
  const auto a = create("slow");
  const auto b = create("slow");
  start(a);
  back_off(a, 5s);
  EXPECT_THAT(positions({a, b}), ElementsAre(0, 1));
  advance(4'999ms);
  EXPECT_THAT(positions({a, b}), ElementsAre(0, 1));
  advance(1ms);
  EXPECT_THAT(positions({a, b}), ElementsAre(1, 2));
}

TEST_F(QueueBoardTest, AManualRetryTakesItsOldPlace) {
  const auto a = create("slow");
  const auto b = create("slow");
  end(a, JobStatus::cancelled);
  EXPECT_THAT(positions({a, b}), ElementsAre(0, 1));
  end(a, JobStatus::pending);
  EXPECT_THAT(positions({a, b}), ElementsAre(1, 2));
}

TEST_F(QueueBoardTest, AJobForLaterHasNoPlaceUntilThen) {
  const auto later = create("slow", 5, now.wall + 1min);
  const auto past = create("slow", 0, now.wall - 1min);
  EXPECT_THAT(positions({later, past}), ElementsAre(0, 1));
  advance(1min);
  EXPECT_THAT(positions({later, past}), ElementsAre(1, 2));
}

TEST_F(QueueBoardTest, APausedKindKeepsNobodyElseWaiting) {
  const auto a = create("fast");
  const auto b = create("slow");
  const auto c = create("fast");
  const auto d = create("slow");
  board->set_paused("fast", true);
  EXPECT_THAT(positions({a, b, c, d}), ElementsAre(1, 1, 3, 2)) << "its own and the others count for itself";
  board->set_paused("fast", false);
  EXPECT_THAT(positions({a, b, c, d}), ElementsAre(1, 2, 3, 4));
}

TEST_F(QueueBoardTest, AKindThatIsNotConfiguredKeepsNobodyElseWaiting) {
  const auto gone = create("gone");
  const auto b = create("slow");
  EXPECT_THAT(positions({gone, b}), ElementsAre(1, 1));
}

TEST_F(QueueBoardTest, ExternalJobsWaitForTheirOwnKindAlone) {
  create("slow");
  const auto a = create("outside");
  const auto b = create("outside");
  EXPECT_THAT(positions({a, b}), ElementsAre(1, 2));
  EXPECT_EQ(position(create("slow")), 2);
}

TEST_F(QueueBoardTest, ForgetsKindsThatHaveNoJobsAndAreNotConfigured) {
  const auto gone = create("gone");
  ASSERT_TRUE(board->kinds(false).contains("gone"));
  start(gone);
  end(gone, JobStatus::failed);
  EXPECT_FALSE(board->kinds(false).contains("gone"));
  EXPECT_EQ(board->find(gone), nullptr);
  EXPECT_TRUE(board->kinds(false).contains("slow"));
}

TEST_F(QueueBoardTest, TakesUpWhatItFindsAtTheStart) {
  StoreSnapshot snapshot;
  snapshot.paused = {"fast"};
  auto job = [&](Seq number, const std::string& kind, JobStatus status) {
    auto made = make_job(number, "file", status);
    made.kind = kind;
    made.external = kind == "outside";
    made.updated_at = now.wall - 3s;
    if (status == JobStatus::processing) made.started_at = now.wall - 8s;
    jobs[number] = made;
    return made;
  };
  snapshot.active = {job(1, "fast", JobStatus::pending), job(2, "slow", JobStatus::pending),
                     job(3, "outside", JobStatus::processing), job(4, "outside", JobStatus::pending)};
  snapshot.active[3].run_at = now.wall + 1min;
  auto done = job(5, "outside", JobStatus::completed);
  done.started_at = now.wall - 1h;
  done.processed_at = now.wall - 1h + 20s;
  snapshot.newest = {done};
  make_board(snapshot);
  EXPECT_THAT(positions({1, 2, 3, 4, 5}), ElementsAre(1, 1, 0, 0, 0));
  EXPECT_EQ(eta(3), 12) << "20 s on average, 8 s over";
  EXPECT_EQ(eta(4), 80);
  EXPECT_TRUE(why(1).paused);
  EXPECT_FALSE(state(3).stalled);
  advance(77s);
  EXPECT_FALSE(state(3).stalled) << "at most 20 s between two reports are known to be usual";
  EXPECT_EQ(position(4), 1);
}

/// The place of each job by counting.
class Recount {
 public:
  static std::optional<std::int64_t> position(const std::map<Seq, Job>& jobs, const QueueBoard& board, Seq number,
                                              Timestamp now) {
    const auto& own = jobs.at(number);
    if (!is_ready(own, now)) return {};
    std::int64_t before = 0;
    for (const auto& [other, job] : jobs) {
      if (!is_ready(job, now) || job.external != own.external || !starts_before(job, own)) continue;
      const bool counts = own.external ? job.kind == own.kind
                                       : job.kind == own.kind || (job.kind != "gone" && !board.is_paused(job.kind));
      if (counts) ++before;
    }
    return before + 1;
  }

 private:
  static bool is_ready(const Job& job, Timestamp now) {
    return job.status == JobStatus::pending && (!job.run_at || *job.run_at <= now) &&
           (!job.next_retry_at || *job.next_retry_at <= now);
  }
  static bool starts_before(const Job& a, const Job& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.created_seq < b.created_seq;
  }
};

TEST_F(QueueBoardTest, AgreesWithARecountWhateverHappens) {
  std::mt19937 random(20260101);
  const auto below = [&](std::uint32_t count) { return static_cast<int>(random() % count); };
  const std::vector<std::string> kinds = {"fast", "slow", "outside", "gone"};
  for (int step = 0; step < 4000; ++step) {
    if (jobs.empty() || below(4) == 0) {
      const auto run_at = below(4) == 0 ? std::optional(now.wall + below(20) * 1s) : std::nullopt;
      create(kinds[static_cast<std::size_t>(below(4))], below(5) - 2, run_at);
    } else {
      auto chosen = jobs.begin();
      std::advance(chosen, below(static_cast<std::uint32_t>(jobs.size())));
      const auto number = chosen->first;
      const auto status = chosen->second.status;
      switch (below(5)) {
        case 0:
          if (status == JobStatus::pending) start(number);
          break;
        case 1:
          if (status == JobStatus::processing) back_off(number, below(10) * 1s);
          break;
        case 2:
          if (!is_final(status)) end(number, below(2) == 0 ? JobStatus::completed : JobStatus::cancelled);
          break;
        case 3:
          if (status == JobStatus::cancelled) end(number, JobStatus::pending);
          if (status == JobStatus::processing) report(number, below(100));
          break;
        default:
          if (status != JobStatus::processing && below(3) == 0) {
            remove(number);
            jobs.erase(number);
          }
      }
    }
    if (below(20) == 0) board->set_paused(kinds[static_cast<std::size_t>(below(4))], below(2) == 0);
    if (below(5) == 0) advance(below(3000) * 1ms);
    if (step % 10 != 0) continue;
    for (const auto& [number, job] : jobs) {
      ASSERT_EQ(position(number), Recount::position(jobs, *board, number, now.wall)) << "step " << step;
    }
  }
  for (const auto& [number, job] : std::map(jobs)) {
    if (!is_final(job.status)) end(number, JobStatus::cancelled);
  }
  for (const bool external : {false, true}) {
    for (const auto& [name, kind] : board->kinds(external)) EXPECT_TRUE(kind.is_idle()) << name;
  }
}

}  // namespace
}  // namespace jobcast::push
