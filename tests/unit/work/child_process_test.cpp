#include "work/child_process.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace jobcast {
namespace {

using namespace std::chrono_literals;
using End = ChildResult::End;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ChildProcessTest : public ::testing::Test {
 protected:
  ChildSpec shell(const std::string& script) {
    ChildSpec spec;
    spec.arguments = {"sh", "-c", script};
    spec.working_directory = directory_.path();
    spec.limits.wall_time = 20s;
    spec.on_output = [this](std::string_view bytes) { output_.append(bytes); };
    spec.on_error = [this](std::string_view bytes) { errors_.append(bytes); };
    return spec;
  }

  ChildResult run(const ChildSpec& spec) { return run_child(spec, stop_.get_token()); }

  void expect_no_children() {
    errno = 0;
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }

  TemporaryDirectory directory_;
  std::stop_source stop_;
  std::string output_;
  std::string errors_;
};

TEST_F(ChildProcessTest, TellsExitCodeOutputAndLastErrorLine) {
  const auto result = run(shell("echo out; echo first >&2; echo 'the reason ' >&2; echo >&2; exit 3"));
  EXPECT_EQ(result.end, End::exited);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.last_error, "the reason ");
  EXPECT_EQ(output_, "out\n");
  EXPECT_EQ(errors_, "first\nthe reason \n\n");
  expect_no_children();
}

TEST_F(ChildProcessTest, PassesArgumentsAsTheyAre) {
  auto spec = shell("");
  spec.arguments = {"printf", "%s|", "$HOME; exit", "a b", "*", ""};
  EXPECT_EQ(run(spec).exit_code, 0);
  EXPECT_EQ(output_, "$HOME; exit|a b|*||");
}

TEST_F(ChildProcessTest, TellsASignalThatWasNotOurs) {
  const auto result = run(shell("kill -TERM $$"));
  EXPECT_EQ(result.end, End::signalled);
  EXPECT_EQ(result.signal, SIGTERM);
}

TEST_F(ChildProcessTest, TellsThatThereIsNoSuchProgram) {
  auto spec = shell("");
  spec.arguments = {"no-such-program-anywhere"};
  auto result = run(spec);
  EXPECT_EQ(result.end, End::not_started);
  EXPECT_EQ(result.start_error, ENOENT);

  spec.arguments = {"/etc/passwd"};
  result = run(spec);
  EXPECT_EQ(result.end, End::not_started);
  EXPECT_EQ(result.start_error, EACCES);

  spec = shell("true");
  spec.working_directory = directory_.path() / "missing";
  result = run(spec);
  EXPECT_EQ(result.end, End::not_started);
  EXPECT_EQ(result.start_error, ENOENT);
  expect_no_children();
}

TEST_F(ChildProcessTest, GivesACleanEnvironment) {
  ::setenv("JOBCAST_TEST_SECRET", "secret", 1);
  auto spec = shell("");
  spec.arguments = {"env"};
  EXPECT_EQ(run(spec).exit_code, 0);
  ::unsetenv("JOBCAST_TEST_SECRET");
  EXPECT_THAT(output_, Not(HasSubstr("secret")));
  EXPECT_THAT(output_, StartsWith("PATH="));
  EXPECT_THAT(output_, HasSubstr("\nLANG=C.UTF-8\nHOME=" + directory_.path().string() +
                                 "\nTMPDIR=" + directory_.path().string() + "\n"));
}

TEST_F(ChildProcessTest, LeavesNoDescriptorOpenAndNothingToRead) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);  // without close-on-exec
  EXPECT_EQ(run(shell("cat; ls -l /proc/self/fd | wc -l; pwd")).exit_code, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  // "total", 0, 1, 2, and the directory that ls reads.
  EXPECT_EQ(output_, "5\n" + directory_.path().string() + "\n");
}

TEST_F(ChildProcessTest, StartsWithDefaultSignals) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  run(shell("grep -E '^Sig(Ign|Blk)|^NoNewPrivs' /proc/self/status"));
  ::pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
  ::signal(SIGPIPE, before);
  EXPECT_EQ(output_, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nNoNewPrivs:\t1\n");
}

TEST_F(ChildProcessTest, KillsTheWholeGroupWhenTheTimeIsOver) {
  auto spec = shell("sleep 1000 & echo $!; sh -c 'sleep 1000 & echo $!; wait' & wait");
  spec.limits.wall_time = 300ms;
  const auto result = run(spec);
  EXPECT_EQ(result.end, End::timed_out);
  const auto pids = pids_in(output_);
  EXPECT_EQ(pids.size(), 2U);
  for (const auto pid : pids) EXPECT_TRUE(is_gone(pid)) << pid;
  expect_no_children();
}

TEST_F(ChildProcessTest, KillsWhatTheProgramLeavesBehind) {
  const auto result = run(shell("sleep 1000 & echo $!"));
  EXPECT_EQ(result.end, End::exited);
  EXPECT_TRUE(is_gone(std::stoi(output_)));
}

TEST_F(ChildProcessTest, StopsAtOnceWhenAsked) {
  auto spec = shell("echo started; sleep 1000");
  spec.on_output = [this](std::string_view) { stop_.request_stop(); };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run(spec).end, End::stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(run(shell("true")).end, End::stopped);
  expect_no_children();
}

TEST_F(ChildProcessTest, StopsWhenAskedByAnotherThread) {
  std::stop_source started;
  auto spec = shell("echo started; sleep 1000");
  spec.on_output = [&](std::string_view) { started.request_stop(); };
  const std::jthread other([&] {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any changed;
    changed.wait_for(lock, started.get_token(), 10s, [] { return false; });
    stop_.request_stop();
  });
  EXPECT_EQ(run(spec).end, End::stopped);
}

TEST_F(ChildProcessTest, KillsAProgramThatWritesTooMuch) {
  auto spec = shell("yes");
  spec.limits.output_bytes = 100'000;
  EXPECT_EQ(run(spec).end, End::too_much);
  EXPECT_EQ(output_.size(), 100'000U);

  output_.clear();
  spec = shell("printf 12345");
  spec.limits.output_bytes = 4;
  EXPECT_EQ(run(spec).end, End::too_much);
  EXPECT_EQ(output_, "1234");
  output_.clear();
  spec.limits.output_bytes = 5;
  EXPECT_EQ(run(spec).end, End::exited);
  expect_no_children();
}

TEST_F(ChildProcessTest, DropsWhatIsTooMuchOnStandardErrorAndKeepsTheLastLine) {
  auto spec = shell("yes noise | head -c 1000000 >&2; echo >&2; printf 'the \\377 end' >&2; exit 1");
  spec.limits.error_bytes = 1000;
  const auto result = run(spec);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.last_error, "the \xef\xbf\xbd end");
  EXPECT_EQ(errors_.size(), 1000U);
}

TEST_F(ChildProcessTest, LimitsCpuFilesAndMemory) {
  auto spec = shell("while :; do :; done");
  spec.limits.cpu_time = 1s;
  auto result = run(spec);
  EXPECT_EQ(result.end, End::signalled);
  EXPECT_EQ(result.signal, SIGXCPU);

  spec = shell("exec head -c 100000 /dev/zero > file");
  spec.limits.file_bytes = 1000;
  result = run(spec);
  EXPECT_EQ(result.end, End::signalled);
  EXPECT_EQ(result.signal, SIGXFSZ);

  spec = shell("ulimit -v; ulimit -c");
  spec.limits.memory_bytes = 512ULL * 1024 * 1024;
  EXPECT_EQ(run(spec).exit_code, 0);
  EXPECT_EQ(output_, "524288\n0\n");
}

TEST_F(ChildProcessTest, EndsTheChildWhenACallbackThrows) {
  auto spec = shell("echo $$; sleep 1000");
  spec.on_output = [this](std::string_view bytes) {
    output_.append(bytes);
    throw std::runtime_error("callback");
  };
  EXPECT_THROW(run(spec), std::runtime_error);
  EXPECT_TRUE(is_gone(std::stoi(output_)));
  expect_no_children();
}

TEST_F(ChildProcessTest, RunsSeveralAtOnce) {
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        std::string output;
        ChildSpec spec;
        spec.arguments = {"sh", "-c", "echo " + std::to_string(i)};
        spec.working_directory = directory_.path();
        spec.on_output = [&](std::string_view bytes) { output.append(bytes); };
        const auto result = run_child(spec, {});
        if (result.end == End::exited && output == std::to_string(i) + "\n") ++good;
      });
    }
  }
  EXPECT_EQ(good, 8);
  expect_no_children();
}

}  // namespace
}  // namespace jobcast
