#pragma once

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "jobcast/event_log.hpp"
#include "jobcast/job_store.hpp"

#include "base/ids.hpp"
#include "support/manual_clock.hpp"
#include "support/result_matchers.hpp"
#include "support/store_client.hpp"

/// What every store must do, whatever it keeps its jobs in. A new store adds one StoreKind (see sqlite_kind.cpp).
namespace jobcast {

struct ContractOptions {
  std::uint64_t max_queued_jobs = 100'000;
  double progress_per_second = 0;
  std::function<std::optional<errc>(const Job&)> obstacle;
};

struct OpenedStore {
  std::unique_ptr<JobStore> jobs;
  std::unique_ptr<EventLog> events;
};

/// A place for data, empty at first. Opened again, after the former store is gone, it holds what that kept.
class StoreHome {
 public:
  virtual ~StoreHome() = default;
  virtual OpenedStore open(const ContractOptions& options, const Clock& clock) = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreHome>()> make_home;
};

inline void PrintTo(const StoreKind& kind, std::ostream* out) {
  *out << kind.name;
}

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  StoreContract() : home_(GetParam().make_home()) {}

  /// The store, opened and started with these options, the one before closed.
  StoreClient& reopen(const ContractOptions& options = {}) {
    close();
    opened_ = home_->open(options, clock_);
    snapshot_ = opened_.jobs->snapshot().value();
    sink_ = std::make_unique<RecordingSink>();
    opened_.jobs->start({sink_.get()});
    client_.emplace(*opened_.jobs, *opened_.events);
    return *client_;
  }

  void close() {
    client_.reset();
    opened_.events.reset();
    opened_.jobs.reset();
  }

  NewJob wanted(std::string filename = "report.pdf") {
    NewJob job;
    job.id = ids_.make();
    job.filename = std::move(filename);
    job.file_type = "application/pdf";
    job.kind = "document";
    job.has_input = true;
    return job;
  }

  NewJob wanted_external(std::string filename = "far.bin") {
    NewJob job = wanted(std::move(filename));
    job.kind = "external";
    job.external = true;
    return job;
  }

  /// A document that is being processed.
  Job started(StoreClient& store, NewJob job) { return store.apply(StartJob{store.create(std::move(job)).id}); }
  Job started(StoreClient& store) { return started(store, wanted()); }

  Job failed(StoreClient& store, NewJob wanted) {
    const auto job = started(store, std::move(wanted));
    return store.apply(FailJob{job.id, job.attempt, "no luck", false});
  }

  /// Every event of these targets after a number, read in windows of a few events.
  std::vector<EventPtr> replay_all(StoreClient& store, std::vector<JobRef> targets, Seq after,
                                   std::size_t max_events = 3) {
    std::vector<Seq> watched;
    for (const auto& target : store.open(targets, after).value().targets) watched.push_back(target.watched_created_seq);
    std::vector<EventPtr> all;
    for (ReplayQuery query{std::move(targets), std::move(watched), after, max_events, 64 * 1024};;) {
      auto window = store.replay(query).value();
      EXPECT_LE(window.events.size(), max_events);
      for (auto& event : window.events) {
        EXPECT_GT(event->job.seq, query.after);
        EXPECT_LE(event->job.seq, window.through);
        all.push_back(std::move(event));
      }
      if (window.at_head) return all;
      EXPECT_GT(window.through, query.after);
      if (window.through <= query.after) return all;
      query.after = window.through;
    }
  }

  static std::vector<Seq> seqs(const std::vector<EventPtr>& events) {
    std::vector<Seq> all;
    for (const auto& event : events) all.push_back(event->job.seq);
    return all;
  }

  ManualClock clock_;
  JobIdSource ids_{clock_};
  std::unique_ptr<StoreHome> home_;
  std::unique_ptr<RecordingSink> sink_;  ///< outlives the store
  OpenedStore opened_;
  std::optional<StoreClient> client_;
  StoreSnapshot snapshot_;  ///< of the last reopen()
};

}  // namespace jobcast
