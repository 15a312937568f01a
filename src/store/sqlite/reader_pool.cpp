#include "store/sqlite/reader_pool.hpp"

#include <optional>
#include <spdlog/spdlog.h>

#include "jobcast/limits.hpp"

namespace jobcast {

ReadSession::ReadSession(const std::filesystem::path& database, const std::string& vfs, ReadGate& gate)
    : gate_(gate),
      connection_(database, Access::read_only, vfs),
      begin_(connection_, "BEGIN"),
      end_(connection_, "COMMIT"),
      jobs_(connection_),
      events_(connection_) {}

ReadSession::Transaction::Transaction(ReadSession& session) : session_(session), pass_(session.gate_) {
  session_.begin_.run();
}

ReadSession::Transaction::~Transaction() {
  try {
    if (session_.connection_.in_transaction()) session_.end_.run();
  } catch (const SqliteError& cause) {
    spdlog::warn("store: ending a read transaction: {} ({})", cause.what(), cause.code());
  }
}

ReaderPool::ReaderPool(const std::filesystem::path& database, const std::string& vfs, ReadGate& gate) {
  for (std::size_t i = 0; i < limits::readers; ++i) {
    sessions_.push_back(std::make_unique<ReadSession>(database, vfs, gate));
  }
  for (auto& session : sessions_) threads_.emplace_back([this, &session] { run(*session); });
}

ReaderPool::~ReaderPool() {
  std::deque<Task> refused;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    refused.swap(waiting_);
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  for (auto& task : refused) task(nullptr, Error{errc::shutting_down, "The server is stopping."});
}

Error ReaderPool::report(const SqliteError& cause) {
  spdlog::error("store: reading: {} ({})", cause.what(), cause.code());
  return storage_error(cause, "read");
}

std::optional<Error> ReaderPool::refusal() const {
  if (stopping_) return Error{errc::shutting_down, "The server is stopping."};
  if (waiting_.size() >= limits::reader_queue) return Error{errc::queue_full, "Too many reads wait; try again later."};
  return {};
}

void ReaderPool::submit(Task task) {
  std::unique_lock lock(mutex_);
  if (const auto refused = refusal()) {
    lock.unlock();
    return task(nullptr, *refused);
  }
  waiting_.push_back(std::move(task));
  lock.unlock();
  changed_.notify_one();
}

void ReaderPool::run(ReadSession& session) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    {
      auto task = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      task(&session, Error{});
    }
    lock.lock();
  }
}

}  // namespace jobcast
