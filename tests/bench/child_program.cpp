#include "child_program.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "support/process_usage.hpp"

namespace jobcast::bench {
namespace {

constexpr std::chrono::seconds grace(10);
constexpr std::chrono::milliseconds look_again(10);

[[noreturn]] void become(const std::vector<std::string>& arguments, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(output, STDOUT_FILENO);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

ChildProgram::ChildProgram(const std::vector<std::string>& arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  pid_ = ::fork();
  if (pid_ == 0) become(arguments, ends[1]);
  ::close(ends[1]);
  output_ = ends[0];
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
}

ChildProgram::~ChildProgram() {
  ::kill(pid_, SIGTERM);
  const auto end = std::chrono::steady_clock::now() + grace;
  while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(look_again);
  }
  ::close(output_);
}

std::string ChildProgram::read_line() {
  std::string line;
  char byte = 0;
  while (::read(output_, &byte, 1) == 1) {
    if (byte == '\n') return line;
    line += byte;
  }
  throw std::runtime_error("a program that was to be measured ended early");
}

std::vector<pid_t> ChildProgram::processes() const {
  std::vector<pid_t> all = {pid_};
  std::ifstream children(process_directory(pid_) / "task" / std::to_string(pid_) / "children");
  for (pid_t child = 0; children >> child;) all.push_back(child);
  return all;
}

double ChildProgram::processor_seconds(std::string_view threads) const {
  double total = 0;
  for (const auto process : processes()) total += processor_seconds_of(process, threads);
  return total;
}

double ChildProgram::own_memory_bytes() const {
  double total = 0;
  for (const auto process : processes()) total += own_memory_bytes_of(process);
  return total;
}

void ChildProgram::kill() {
  ::kill(pid_, SIGKILL);
}

}  // namespace jobcast::bench
