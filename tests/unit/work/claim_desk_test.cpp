#include "work/claim_desk.hpp"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/system_clock.hpp"
#include "support/fake_job_store.hpp"
#include "support/make_job.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using Answer = result<std::optional<Claim>>;

NewJob external_job(std::uint64_t number, std::string kind = "external") {
  NewJob job;
  job.id = make_id(number);
  job.kind = std::move(kind);
  job.external = true;
  return job;
}

class ClaimDeskTest : public ::testing::Test {
 protected:
  struct Asked {
    JobClaims::Ticket ticket = 0;
    std::future<Answer> answer;

    /// Fails the test where none comes.
    Answer get() {
      if (answer.wait_for(20s) != std::future_status::ready) return Error{errc::internal, "no answer came"};
      return answer.get();
    }
    bool is_waiting() { return answer.wait_for(0s) != std::future_status::ready; }
  };

  ~ClaimDeskTest() override {
    if (desk_) desk_->stop();
    store_.reset();  // before the desk, which is its sink
  }

  ClaimDesk& start() {
    desk_.emplace(*store_, clock_, store_->snapshot().value());
    store_->start({&*desk_});
    desk_->start();
    return *desk_;
  }

  Asked ask(std::chrono::milliseconds wait = 20s, std::vector<std::string> kinds = {"external"}) {
    auto promise = std::make_shared<std::promise<Answer>>();
    Asked asked;
    asked.answer = promise->get_future();
    asked.ticket = desk_->claim({std::move(kinds), "w", 30s, wait},
                                [promise](Answer answer) { promise->set_value(std::move(answer)); });
    return asked;
  }

  void create(NewJob job) { store_->commit({CreateJobs{{std::move(job)}}}); }

  SystemClock clock_;
  std::optional<ClaimDesk> desk_;
  std::unique_ptr<FakeJobStore> store_ = std::make_unique<FakeJobStore>(clock_);
};

JobId id_of_claim(const Answer& answer) {
  return answer && *answer ? (*answer)->job.id : JobId{};
}

TEST_F(ClaimDeskTest, ServesWhoHasWaitedLongestFirst) {
  start();
  auto first = ask();
  auto second = ask();
  create(external_job(1));
  EXPECT_EQ(id_of_claim(first.get()), make_id(1));
  EXPECT_TRUE(second.is_waiting());
  create(external_job(2));
  EXPECT_EQ(id_of_claim(second.get()), make_id(2));
}

TEST_F(ClaimDeskTest, GivesEachOnlyItsKinds) {
  start();
  auto b = ask(20s, {"b"});
  auto a = ask(20s, {"a"});
  create(external_job(1, "a"));
  EXPECT_EQ(id_of_claim(a.get()), make_id(1));
  EXPECT_TRUE(b.is_waiting());
}

TEST_F(ClaimDeskTest, TellsOfNothingWhenTheWaitIsOver) {
  start();
  const auto answer = ask(0s).get();
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->has_value());
}

TEST_F(ClaimDeskTest, TakesNoJobForWhoWithdrew) {
  start();
  auto gone = ask();
  desk_->withdraw(gone.ticket);
  EXPECT_FALSE(gone.get().value().has_value());
  create(external_job(1));
  EXPECT_EQ(id_of_claim(ask().get()), make_id(1));
}

TEST_F(ClaimDeskTest, WaitsOnWhenTheJobWentToSomebodyElse) {
  store_->remember({external_job(1)});
  std::atomic<bool> taken = false;
  store_->refuse([&](const Command& command) -> std::optional<errc> {
    if (!std::holds_alternative<ClaimJob>(command) || taken.exchange(true)) return std::nullopt;
    return errc::invalid_transition;
  });
  start();
  auto asked = ask();
  while (!taken) std::this_thread::yield();
  create(external_job(2));
  EXPECT_EQ(id_of_claim(asked.get()), make_id(2));
}

TEST_F(ClaimDeskTest, AStoreThatFailsIsToldAndTheJobStays) {
  std::atomic<bool> failing = true;
  store_->refuse([&](const Command& command) -> std::optional<errc> {
    if (!std::holds_alternative<ClaimJob>(command) || !failing) return std::nullopt;
    return errc::storage_unavailable;
  });
  start();
  create(external_job(1));
  const auto answer = ask().get();
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, errc::storage_unavailable);
  failing = false;
  EXPECT_EQ(id_of_claim(ask().get()), make_id(1));
}

TEST_F(ClaimDeskTest, GivesNothingOfAPausedKind) {
  start();
  desk_->on_pause("external", true);
  create(external_job(1));
  EXPECT_FALSE(ask(0s).get().value().has_value());
  auto waiting = ask();
  desk_->on_pause("external", false);
  EXPECT_EQ(id_of_claim(waiting.get()), make_id(1));
}

TEST_F(ClaimDeskTest, AStopSendsEverybodyAway) {
  start();
  auto waiting = ask();
  desk_->stop();
  EXPECT_FALSE(waiting.get().value().has_value());
  EXPECT_FALSE(ask().get().value().has_value());
}

TEST_F(ClaimDeskTest, WhatIsGivenBackIsGivenAgain) {
  start();
  create(external_job(1));
  const auto first = ask().get();
  desk_->give_back(**first);
  const auto second = ask().get();
  EXPECT_EQ(id_of_claim(second), make_id(1));
  EXPECT_NE((*second)->lease, (*first)->lease);
}

TEST_F(ClaimDeskTest, AJobIsGivenWhenItsTimeComes) {
  start();
  auto job = external_job(1);
  job.run_at = clock_.timestamp() + 50ms;
  create(job);
  EXPECT_EQ(id_of_claim(ask().get()), make_id(1));
  EXPECT_GE(clock_.timestamp(), *job.run_at);
}

}  // namespace
}  // namespace jobcast
