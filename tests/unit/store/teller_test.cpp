#include "store/teller.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <latch>
#include <memory>
#include <string>
#include <thread>

#include "jobcast/limits.hpp"

#include "support/make_job.hpp"
#include "support/result_matchers.hpp"

namespace jobcast {
namespace {

using testing::ElementsAre;

/// Writes down what it hears; stays in on_commit() until it is let go.
class Listener final : public EventSink {
 public:
  explicit Listener(std::vector<std::string>& told) : told_(told) {}

  void on_commit(EventSpan events) override {
    hears_.count_down();
    go_on_.wait();
    for (const auto& event : events) told_.push_back("event " + std::to_string(event->job.seq));
  }
  void on_pause(std::string_view kind, bool paused) override {
    told_.push_back(std::string(kind) + (paused ? " paused" : " resumed"));
  }

  void wait_until_it_hears() { hears_.wait(); }
  void let_go() { go_on_.count_down(); }

 private:
  std::vector<std::string>& told_;
  std::latch hears_{1};
  std::latch go_on_{1};
};

class TellerTest : public testing::Test {
 protected:
  Teller::Group group_of(Seq seq, const std::string& caller) {
    Teller::Group group;
    group.outcome.events.push_back(make_event(EventType::created, make_job(seq, "a")));
    group.outcome.outcomes.emplace_back(CommandOutcome{});
    group.callers.emplace_back([this, caller](const result<CommandOutcome>& answer) {
      told_.push_back(caller + (answer ? "" : ": " + answer.error().message));
    });
    return group;
  }

  std::vector<std::string> told_;  // only the teller's thread writes it, until stop()
  Listener listener_{told_};
};

TEST_F(TellerTest, TellsTheSinksFirstThenTheCallersGroupByGroup) {
  Teller teller;
  teller.start({&listener_});
  listener_.let_go();
  auto first = group_of(1, "a");
  first.outcome.pauses.push_back({"document", true});
  teller.tell(std::move(first));
  teller.tell(group_of(2, "b"));
  teller.stop();
  EXPECT_THAT(told_, ElementsAre("event 1", "document paused", "a", "event 2", "b")) << "all, before it stops";
}

TEST_F(TellerTest, LetsTheWriterGoOnMeanwhile) {
  Teller teller;
  teller.start({&listener_});
  teller.tell(group_of(1, "a"));
  listener_.wait_until_it_hears();
  for (Seq seq = 2; seq < 2 + static_cast<Seq>(limits::untold_groups); ++seq) teller.tell(group_of(seq, "next"));

  std::atomic<bool> taken{false};
  std::thread writer([&] {
    teller.tell(group_of(99, "last"));
    taken = true;
  });
  EXPECT_FALSE(taken) << "beyond the limit it waits";
  listener_.let_go();
  writer.join();
  teller.stop();
  ASSERT_EQ(told_.size(), 2 * (limits::untold_groups + 2));
  EXPECT_EQ(told_.back(), "last");
}

TEST_F(TellerTest, TellsEveryCallerOfAFailure) {
  Teller teller;
  teller.start({&listener_});
  auto failed = group_of(1, "a");
  failed.outcome = GroupOutcome{};
  failed.outcome.failure = Error{errc::storage_full, "no room"};
  failed.callers.push_back(failed.callers.front());
  teller.tell(std::move(failed));
  teller.stop();
  EXPECT_THAT(told_, ElementsAre("a: no room", "a: no room"));
}

TEST_F(TellerTest, StopsBeforeItWasStarted) {
  Teller teller;
  teller.stop();
}

}  // namespace
}  // namespace jobcast
