#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "jobcast/error.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/event_queries.hpp"
#include "store/sqlite/job_queries.hpp"
#include "store/sqlite/read_gate.hpp"
#include "store/sqlite/sqlite_error.hpp"

namespace jobcast {

/// A read-only connection with everything it is asked for prepared. For one thread.
class ReadSession {
 public:
  /// Throws SqliteError. `gate` must outlive it.
  ReadSession(const std::filesystem::path& database, const std::string& vfs, ReadGate& gate);

  /// Runs `read` in one read transaction, that is on one state of the database. Throws SqliteError.
  template <class Read>
  auto in_transaction(Read read) {
    const Transaction transaction(*this);
    return read();
  }

  JobQueries& jobs() { return jobs_; }
  EventQueries& events() { return events_; }

 private:
  class Transaction {
   public:
    explicit Transaction(ReadSession& session);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

   private:
    ReadSession& session_;
    ReadGate::Pass pass_;
  };

  ReadGate& gate_;
  Connection connection_;
  Statement begin_;
  Statement end_;
  JobQueries jobs_;
  EventQueries events_;
};

/// A few threads that read, each with a session of its own, and a bounded queue before them.
class ReaderPool {
 public:
  /// Opens limits::readers sessions. Throws SqliteError. `gate` must outlive it.
  ReaderPool(const std::filesystem::path& database, const std::string& vfs, ReadGate& gate);

  /// Lets the reads under way end; those that wait are answered shutting_down.
  ~ReaderPool();

  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  /// Has `read(ReadSession&)` run on a reader's thread and its result<T> given to `done` there. Errors besides:
  /// storage_unavailable where the database can't be read, queue_full at once, shutting_down.
  template <class T, class Read>
  void ask(std::function<void(result<T>)> done, Read read) {
    submit([done = std::move(done), read = std::move(read)](ReadSession* session, const Error& refusal) mutable {
      done(session == nullptr ? result<T>(refusal) : guarded<T>(*session, read));
    });
  }

 private:
  /// Is given no session where it is refused.
  using Task = std::function<void(ReadSession*, const Error&)>;

  template <class T, class Read>
  static result<T> guarded(ReadSession& session, Read& read) {
    try {
      return read(session);
    } catch (const SqliteError& cause) {
      return report(cause);
    }
  }

  static Error report(const SqliteError& cause);
  /// Why no read can be taken now; with the mutex held.
  [[nodiscard]] std::optional<Error> refusal() const;
  void submit(Task task);
  void run(ReadSession& session);

  std::vector<std::unique_ptr<ReadSession>> sessions_;

  std::mutex mutex_;  ///< guards what follows, up to the empty line
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace jobcast
