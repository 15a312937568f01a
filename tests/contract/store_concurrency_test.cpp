#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "contract/store_contract.hpp"

namespace jobcast {
namespace {

/// Checks on the writer's thread that numbers rise without a gap, and which were told.
class OrderSink final : public EventSink {
 public:
  void on_commit(EventSpan events) override {
    const std::lock_guard lock(mutex_);
    for (const auto& event : events) {
      if (last_ != 0 && event->job.seq != last_ + 1) gaps_ += 1;
      last_ = event->job.seq;
    }
  }
  [[nodiscard]] Seq last() const {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  [[nodiscard]] int gaps() const {
    const std::lock_guard lock(mutex_);
    return gaps_;
  }

 private:
  mutable std::mutex mutex_;
  Seq last_ = 0;
  int gaps_ = 0;
};

TEST_P(StoreContract, many_threads_get_their_answers_in_the_log_s_order) {
  constexpr int threads = 8;
  constexpr int jobs_each = 40;
  close();
  auto opened = home_->open({}, clock_);
  OrderSink first;
  OrderSink second;
  opened.jobs->start({&first, &second});

  std::atomic<int> answered_before_told = 0;
  std::atomic<Seq> last_answer = 0;
  std::atomic<int> answers_out_of_order = 0;
  const auto check = [&](const result<CommandOutcome>& outcome) {
    const auto seq = outcome.value().jobs.at(0).seq;
    if (first.last() < seq || second.last() < seq) ++answered_before_told;
    if (last_answer.exchange(seq) >= seq) ++answers_out_of_order;
  };
  const auto produce = [&] {
    for (int i = 0; i < jobs_each; ++i) {
      const auto job = wanted();
      std::promise<void> done;
      opened.jobs->submit(CreateJobs{{job}}, [&](const auto& outcome) { check(outcome); });
      opened.jobs->submit(StartJob{job.id}, [&](const auto& outcome) { check(outcome); });
      opened.jobs->submit(CompleteJob{job.id, 1, "{}", "done"}, [&](const auto& outcome) {
        check(outcome);
        done.set_value();
      });
      done.get_future().wait();
    }
  };
  std::vector<std::thread> producers;
  for (int i = 0; i < threads; ++i) producers.emplace_back(produce);
  for (auto& thread : producers) thread.join();
  EXPECT_EQ(first.gaps(), 0);
  EXPECT_EQ(second.gaps(), 0);
  EXPECT_EQ(answered_before_told, 0);
  EXPECT_EQ(answers_out_of_order, 0);
  opened.events.reset();
  opened.jobs.reset();

  reopen();
  EXPECT_EQ(snapshot_.counts[JobStatus::completed], threads * jobs_each);
  EXPECT_EQ(snapshot_.head, first.last());
}

TEST_P(StoreContract, readers_see_whole_commits_while_others_write) {
  auto& store = reopen();
  const auto job = store.create(wanted_external("busy"));
  store.apply(patch(job.id, JobStatus::processing));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) store.apply(patch(job.id, {}, i % 100, std::to_string(i % 100)));
    stop = true;
  });
  Seq last = 0;
  while (!stop) {
    const auto found = store.find("busy").value();
    EXPECT_GE(found.seq, last);
    if (found.progress) {
      EXPECT_EQ(std::to_string(*found.progress), found.status_description);
    }
    const auto opening = store.open({job.id}, found.seq).value();
    EXPECT_GE(opening.targets.at(0).present->seq, found.seq);
    EXPECT_EQ(opening.head, opening.targets.at(0).present->seq);
    last = found.seq;
  }
  writer.join();
}

TEST_P(StoreContract, a_store_that_closes_answers_everyone_once) {
  reopen();
  constexpr std::size_t count = 500;
  std::atomic<std::size_t> committed = 0;
  std::atomic<std::size_t> reads = 0;
  for (std::size_t i = 0; i < count; ++i) {
    opened_.jobs->submit(CreateJobs{{wanted()}},
                         [&](const auto& outcome) { committed += outcome.has_value() ? 1 : 0; });
    opened_.jobs->list({}, [&](const auto& /*page*/) { ++reads; });
  }
  close();
  EXPECT_EQ(committed, count) << "what was submitted is committed";
  EXPECT_EQ(reads, count);
  EXPECT_EQ(sink_->events().size(), count);
  reopen();
  EXPECT_EQ(snapshot_.counts.total(), static_cast<std::int64_t>(count));
}

TEST_P(StoreContract, a_store_never_started_refuses_what_it_was_given) {
  close();
  auto opened = home_->open({}, clock_);
  std::optional<errc> code;
  opened.jobs->submit(CreateJobs{{wanted()}}, [&](const auto& outcome) { code = outcome.error().code; });
  EXPECT_FALSE(code);
  opened.events.reset();
  opened.jobs.reset();
  EXPECT_EQ(code, errc::shutting_down);
}

TEST_P(StoreContract, a_callback_may_submit_the_next_command) {
  reopen();
  const auto job = wanted();
  std::promise<Job> done;
  opened_.jobs->submit(CreateJobs{{job}}, [&](const auto& created) {
    opened_.jobs->submit(StartJob{created.value().jobs.at(0).id},
                         [&](const auto& running) { done.set_value(running.value().jobs.at(0)); });
  });
  EXPECT_EQ(done.get_future().get().status, JobStatus::processing);
}

}  // namespace
}  // namespace jobcast
