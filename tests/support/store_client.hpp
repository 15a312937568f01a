#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jobcast/event_bus.hpp"
#include "jobcast/event_log.hpp"
#include "jobcast/job_store.hpp"

#include "base/ids.hpp"

namespace jobcast {

/// Keeps every event that a store tells of.
class RecordingSink final : public EventSink {
 public:
  void on_commit(EventSpan events) override {
    const std::lock_guard lock(mutex_);
    events_.insert(events_.end(), events.begin(), events.end());
    changed_.notify_all();
  }

  [[nodiscard]] std::vector<EventPtr> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

  /// Waits until so many events were told in all; false after 20 s.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return events_.size() >= count; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<EventPtr> events_;
};

inline PatchJob patch(JobId id, std::optional<JobStatus> status = {}, std::optional<int> percent = {},
                      std::optional<std::string> message = {}, std::optional<std::string> result = {},
                      std::optional<std::string> error = {}) {
  return {id, {}, status, percent, std::move(message), std::move(result), std::move(error)};
}

/// Calls a store and waits for its answer.
class StoreClient {
 public:
  StoreClient(JobStore& jobs, EventLog& events) : jobs_(jobs), events_(events) {}

  result<CommandOutcome> submit(Command command) {
    return wait<CommandOutcome>([&](auto done) { jobs_.submit(std::move(command), std::move(done)); });
  }

  /// The one job that a command gives back; throws where it is refused.
  Job apply(Command command) { return submit(std::move(command)).value().jobs.at(0); }

  Job create(NewJob job) { return apply(CreateJobs{{std::move(job)}}); }

  result<Job> find(JobRef ref) {
    return wait<Job>([&](auto done) { jobs_.find(std::move(ref), std::move(done)); });
  }
  result<std::optional<std::string>> read_payload(JobId id) {
    return wait<std::optional<std::string>>([&](auto done) { jobs_.read_payload(id, std::move(done)); });
  }
  result<JobPage> list(ListQuery query) {
    return wait<JobPage>([&](auto done) { jobs_.list(std::move(query), std::move(done)); });
  }
  result<TextPart> read_text(JobId id, std::int64_t first_chunk, std::size_t max_bytes) {
    return wait<TextPart>([&](auto done) { jobs_.read_text(id, first_chunk, max_bytes, std::move(done)); });
  }
  result<Opening> open(std::vector<JobRef> targets, std::optional<Seq> after) {
    return wait<Opening>([&](auto done) { events_.open(std::move(targets), after, std::move(done)); });
  }
  result<ReplayWindow> replay(ReplayQuery query) {
    return wait<ReplayWindow>([&](auto done) { events_.replay(std::move(query), std::move(done)); });
  }
  result<std::vector<HistoryEntry>> history(JobId id, Seq after = 0, std::size_t limit = 1000) {
    return wait<std::vector<HistoryEntry>>([&](auto done) { events_.history(id, after, limit, std::move(done)); });
  }

 private:
  template <class T, class Call>
  static result<T> wait(Call call) {
    auto answer = std::make_shared<std::promise<result<T>>>();
    auto future = answer->get_future();
    call([answer](result<T> value) { answer->set_value(std::move(value)); });
    return future.get();
  }

  JobStore& jobs_;
  EventLog& events_;
};

}  // namespace jobcast
