#include "work/store_calls.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace jobcast {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_pause = 20ms;
constexpr std::chrono::milliseconds longest_pause = 1s;

}  // namespace

struct StoreAnswer::State {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<result<CommandOutcome>> outcome;
};

StoreAnswer::StoreAnswer(JobStore& store, Command command) : state_(std::make_shared<State>()) {
  store.submit(std::move(command), [state = state_](result<CommandOutcome> outcome) {
    {
      const std::lock_guard lock(state->mutex);
      state->outcome = std::move(outcome);
    }
    state->arrived.notify_one();
  });
}

result<CommandOutcome> StoreAnswer::wait() const {
  std::unique_lock lock(state_->mutex);
  state_->arrived.wait(lock, [&] { return state_->outcome.has_value(); });
  return std::move(*state_->outcome);
}

result<CommandOutcome> submit_and_wait(JobStore& store, Command command) {
  return StoreAnswer(store, std::move(command)).wait();
}

result<CommandOutcome> submit_until_taken(JobStore& store, const Command& command, const std::stop_token& stop) {
  auto pause = first_pause;
  while (true) {
    auto outcome = submit_and_wait(store, command);
    if (outcome || !may_pass_later(outcome.error().code) || stop.stop_requested()) return outcome;
    pause_for(pause, stop);
    pause = std::min(pause * 2, longest_pause);
  }
}

bool may_pass_later(errc code) {
  return code == errc::queue_full || code == errc::storage_unavailable || code == errc::storage_full;
}

void pause_for(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace jobcast
