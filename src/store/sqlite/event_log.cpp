#include "store/sqlite/event_log.hpp"

#include <utility>

namespace jobcast {
namespace {

class SqliteEventLog final : public EventLog {
 public:
  explicit SqliteEventLog(ReaderPool& readers) : readers_(readers) {}

  void open(std::vector<JobRef> targets, std::optional<Seq> after, Callback<Opening> done) override {
    readers_.ask<Opening>(std::move(done), [targets = std::move(targets), after](ReadSession& session) {
      return session.in_transaction([&] { return result<Opening>(session.events().open(targets, after)); });
    });
  }

  void replay(ReplayQuery query, Callback<ReplayWindow> done) override {
    readers_.ask<ReplayWindow>(std::move(done), [query = std::move(query)](ReadSession& session) {
      return session.in_transaction([&] { return result<ReplayWindow>(session.events().replay(query)); });
    });
  }

  void history(JobId id, Seq after, std::size_t limit, Callback<std::vector<HistoryEntry>> done) override {
    readers_.ask<std::vector<HistoryEntry>>(std::move(done), [id, after, limit](ReadSession& session) {
      return session.in_transaction([&] { return session.events().history(id, after, limit); });
    });
  }

 private:
  ReaderPool& readers_;
};

}  // namespace

std::unique_ptr<EventLog> make_sqlite_event_log(ReaderPool& readers) {
  return std::make_unique<SqliteEventLog>(readers);
}

}  // namespace jobcast
