#include "work/guardian.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/processes.hpp"
#include "support/temporary_directory.hpp"
#include "work/child_process.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using End = ChildResult::End;
using Time = std::chrono::steady_clock;

class GuardianTest : public ::testing::Test {
 protected:
  GuardianTest() {
    std::ofstream(directory_.path() / "escapee")
        << "trap '' TERM HUP INT\necho $$ >> pids\nwhile :; do sleep 1000; done\n";
  }

  /// A program that leaves two processes outside its group and session, which ignore what can be ignored, then does
  /// `then`. The file "pids" gets its number and theirs.
  ChildSpec spec_of(const std::string& then) {
    ChildSpec spec;
    spec.arguments = {"sh", "-c",
                      "echo $$ >> pids; (setsid sh escapee &); (setsid setsid sh escapee &); "
                      "while [ $(wc -l < pids) -lt 3 ]; do sleep 0.01; done; " +
                          then};
    spec.working_directory = directory_.path();
    spec.limits.wall_time = 60s;
    return spec;
  }

  std::vector<pid_t> pids() { return pids_in_file(directory_.path() / "pids", 3); }

  void expect_nothing_left() {
    const auto all = pids();
    EXPECT_EQ(all.size(), 3U);
    for (const auto pid : all) EXPECT_TRUE(is_gone(pid)) << pid;
  }

  TemporaryDirectory directory_;
};

TEST_F(GuardianTest, LeavesNothingOfAProgramThatEnds) {
  const auto result = run_child(spec_of("exit 3"), {});
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.exit_code, 3);
  expect_nothing_left();
}

TEST_F(GuardianTest, LeavesNothingOfAProgramThatIsCancelled) {
  std::stop_source stop;
  auto spec = spec_of("trap '' TERM; echo ready; while :; do sleep 1000; done");
  Time::time_point cancelled;
  spec.on_output = [&](std::string_view) {
    cancelled = Time::now();
    stop.request_stop();
  };
  EXPECT_EQ(run_child(spec, stop.get_token()).end, End::stopped);
  EXPECT_LT(Time::now() - cancelled, 1s);
  expect_nothing_left();
}

TEST_F(GuardianTest, LeavesNothingOfAProgramThatTakesTooLong) {
  auto spec = spec_of("while :; do sleep 1000; done");
  spec.limits.wall_time = 1s;
  const auto result = run_child(spec, {});
  EXPECT_EQ(result.end, End::timed_out);
  expect_nothing_left();
}

TEST_F(GuardianTest, LeavesNothingWhenTheServerIsKilled) {
  const auto spec = spec_of("while :; do sleep 1000; done");
  const pid_t server = ::fork();
  if (server == 0) {
    run_child(spec, {});
    ::_exit(0);
  }
  ASSERT_GT(server, 0);
  const auto all = pids();
  EXPECT_EQ(all.size(), 3U);
  for (const auto pid : all) EXPECT_FALSE(is_gone(pid));
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  for (const auto pid : all) EXPECT_TRUE(becomes_gone(pid)) << pid;
}

TEST_F(GuardianTest, LeavesNothingOfTheGroupWhenItIsKilledItself) {
  auto spec = spec_of("");
  spec.arguments = {"sh", "-c", "sleep 1000 & echo $! >> pids; echo $$ >> pids; kill -KILL $PPID; wait"};
  const auto result = run_child(spec, {});
  EXPECT_EQ(result.end, End::signalled);
  EXPECT_EQ(result.signal, SIGKILL);
  for (const auto pid : pids_in_file(directory_.path() / "pids", 1)) EXPECT_TRUE(becomes_gone(pid)) << pid;
}

TEST_F(GuardianTest, ReapsWhatComesToItWhileTheProgramRuns) {
  auto spec = spec_of("");
  spec.arguments = {"sh", "-c",
                    "for i in 1 2 3 4 5 6 7 8 9; do (true & true); done; "
                    "while grep -q ' ' /proc/$PPID/task/$PPID/children && "
                    "[ $(wc -w < /proc/$PPID/task/$PPID/children) -gt 1 ]; do sleep 0.01; done; echo done"};
  std::string output;
  spec.on_output = [&](std::string_view bytes) { output.append(bytes); };
  spec.limits.wall_time = 20s;
  EXPECT_EQ(run_child(spec, {}).end, End::exited);
  EXPECT_EQ(output, "done\n");
}

TEST_F(GuardianTest, IsNotReachedBySignalsToTheServersGroup) {
  auto spec = spec_of("");
  spec.arguments = {"sh", "-c", "ps -o pgid= -p $PPID; ps -o pgid=,sid= -p $$; echo $PPID; echo $$"};
  std::string output;
  spec.on_output = [&](std::string_view bytes) { output.append(bytes); };
  EXPECT_EQ(run_child(spec, {}).exit_code, 0);
  const auto numbers = pids_in(output);
  ASSERT_EQ(numbers.size(), 5U) << output;
  EXPECT_EQ(numbers[0], numbers[3]) << "a group of the guardian's own";
  EXPECT_EQ(numbers[1], numbers[4]) << "a group of the program's own";
  EXPECT_EQ(numbers[2], numbers[4]) << "a session of the program's own";
}

}  // namespace
}  // namespace jobcast
