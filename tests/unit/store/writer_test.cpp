#include "store/writer.hpp"

#include <chrono>
#include <condition_variable>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "jobcast/limits.hpp"

#include "support/manual_clock.hpp"
#include "support/result_matchers.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;

using Answer = result<CommandOutcome>;

/// A database that does what the test says: waits, or fails.
class FakeBackend final : public CommitBackend {
 public:
  GroupOutcome commit(std::span<Command> commands, Flush flush) override {
    std::unique_lock lock(mutex_);
    groups_.push_back(commands.size());
    if (flush == Flush::all) flushed_all_ = true;
    next_flush_.reset();
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_held_; });
    GroupOutcome outcome;
    if (failure_) {
      outcome.failure = failure_;
      return outcome;
    }
    outcome.outcomes.assign(commands.size(), CommandOutcome{});
    return outcome;
  }

  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_flush() const override {
    const std::lock_guard lock(mutex_);
    return next_flush_;
  }

  std::optional<Error> probe() override {
    const std::lock_guard lock(mutex_);
    ++probes_;
    return failure_;
  }

  void tidy() override {
    const std::lock_guard lock(mutex_);
    ++tidied_;
    changed_.notify_all();
  }

  void hold() {
    const std::lock_guard lock(mutex_);
    is_held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    is_held_ = false;
    changed_.notify_all();
  }
  void fail_with(std::optional<Error> failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }
  void flush_at(std::chrono::steady_clock::time_point time) {
    const std::lock_guard lock(mutex_);
    next_flush_ = time;
  }

  bool wait_for_groups(std::size_t count) {
    return wait([&] { return groups_.size() >= count; });
  }
  int probes() {
    const std::lock_guard lock(mutex_);
    return probes_;
  }
  bool wait_for_tidying(int count) {
    return wait([&] { return tidied_ >= count; });
  }

  std::vector<std::size_t> groups() {
    const std::lock_guard lock(mutex_);
    return groups_;
  }
  bool flushed_all() {
    const std::lock_guard lock(mutex_);
    return flushed_all_;
  }

 private:
  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, condition);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> groups_;
  std::optional<Error> failure_;
  std::optional<std::chrono::steady_clock::time_point> next_flush_;
  int probes_ = 0;
  int tidied_ = 0;
  bool is_held_ = false;
  bool flushed_all_ = false;
};

class WriterTest : public testing::Test {
 protected:
  std::future<Answer> submit(Command command = CancelJob{}) {
    auto answer = std::make_shared<std::promise<Answer>>();
    writer_.submit(std::move(command), [answer](Answer value) { answer->set_value(std::move(value)); });
    return answer->get_future();
  }

  /// Holds the first of so many commands in the backend until all have been submitted.
  std::vector<std::future<Answer>> submit_behind_one(std::size_t count, const Command& command) {
    backend_.hold();
    std::vector<std::future<Answer>> answers;
    answers.push_back(submit());
    EXPECT_TRUE(backend_.wait_for_groups(1));
    for (std::size_t i = 0; i < count; ++i) answers.push_back(submit(command));
    return answers;
  }

  ManualClock clock_;
  FakeBackend backend_;
  Writer writer_{backend_, clock_, 1ms};
};

TEST_F(WriterTest, what_waits_is_committed_together) {
  writer_.start({});
  auto answers = submit_behind_one(5, CancelJob{});
  backend_.let_go();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().has_value());
  EXPECT_THAT(backend_.groups(), ElementsAre(1, 5));
}

TEST_F(WriterTest, groups_are_bounded) {
  writer_.start({});
  auto answers = submit_behind_one(limits::group_commands + 3, CancelJob{});
  backend_.let_go();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().has_value());
  EXPECT_THAT(backend_.groups(), ElementsAre(1, limits::group_commands, 3));
}

TEST_F(WriterTest, a_full_queue_refuses_at_once) {
  writer_.start({});
  auto answers = submit_behind_one(limits::command_queue, CancelJob{});
  EXPECT_THAT(submit().get(), FailsWith(errc::queue_full));
  backend_.let_go();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().has_value());
  EXPECT_TRUE(submit().get().has_value());
}

TEST_F(WriterTest, the_queue_is_bounded_in_bytes) {
  writer_.start({});
  const std::size_t size = limits::command_queue_bytes / 4;
  auto answers = submit_behind_one(3, FailJob{{}, 1, std::string(size, 'x'), true});
  EXPECT_THAT(submit(FailJob{{}, 1, std::string(size, 'x'), true}).get(), FailsWith(errc::queue_full));
  backend_.let_go();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().has_value());
}

TEST_F(WriterTest, a_failure_is_told_to_all_and_to_those_who_come_later) {
  writer_.start({});
  auto answers = submit_behind_one(5, CancelJob{});
  backend_.fail_with(Error{errc::storage_full, "full"});
  backend_.let_go();
  for (auto& answer : answers) EXPECT_THAT(answer.get(), FailsWith(errc::storage_full));
  EXPECT_THAT(submit().get(), FailsWith(errc::storage_full));
  EXPECT_THAT(backend_.groups(), ElementsAre(1)) << "nothing else was tried";
}

TEST_F(WriterTest, after_a_failure_it_probes_until_writing_works_again) {
  writer_.start({});
  backend_.fail_with(Error{errc::storage_unavailable, "broken"});
  EXPECT_THAT(submit().get(), FailsWith(errc::storage_unavailable));
  const auto advance_to_probe = [&](int number) {
    for (; backend_.probes() < number; std::this_thread::yield()) clock_.advance(1ms);
  };
  for (int i = 1; i <= 3; ++i) {
    advance_to_probe(i);
    EXPECT_THAT(submit().get(), FailsWith(errc::storage_unavailable));
  }
  backend_.fail_with(std::nullopt);
  advance_to_probe(4);
  while (submit().get().has_error()) std::this_thread::yield();
  EXPECT_TRUE(submit().get().has_value());
}

TEST_F(WriterTest, deferred_progress_is_flushed_when_it_falls_due) {
  backend_.flush_at(clock_.steady_now() + 5ms);
  writer_.start({});
  clock_.advance(5ms);
  ASSERT_TRUE(backend_.wait_for_groups(1));
  EXPECT_THAT(backend_.groups(), ElementsAre(0));
}

TEST_F(WriterTest, it_tidies_up_when_nothing_comes) {
  writer_.start({});
  submit().get();
  clock_.advance(1s);
  EXPECT_TRUE(backend_.wait_for_tidying(1));
}

TEST_F(WriterTest, stop_commits_what_was_submitted_and_what_is_deferred) {
  writer_.start({});
  auto answers = submit_behind_one(3, CancelJob{});
  backend_.flush_at(clock_.steady_now() + 1h);
  auto stopped = std::async(std::launch::async, [this] { writer_.stop(); });
  backend_.let_go();
  stopped.get();
  for (auto& answer : answers) EXPECT_TRUE(answer.get().has_value());
  EXPECT_THAT(submit().get(), FailsWith(errc::shutting_down));
}

TEST_F(WriterTest, stop_flushes_all_that_is_deferred) {
  backend_.flush_at(clock_.steady_now() + 1h);
  writer_.start({});
  writer_.stop();
  EXPECT_TRUE(backend_.flushed_all());
}

TEST_F(WriterTest, stop_does_not_wait_for_a_broken_storage) {
  writer_.start({});
  backend_.fail_with(Error{errc::storage_unavailable, "broken"});
  EXPECT_THAT(submit().get(), FailsWith(errc::storage_unavailable));
  writer_.stop();
  EXPECT_THAT(submit().get(), FailsWith(errc::shutting_down));
}

}  // namespace
}  // namespace jobcast
