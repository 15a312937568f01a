#pragma once

#include <memory>
#include <string_view>

#include "jobcast/clock.hpp"
#include "jobcast/event_bus.hpp"
#include "jobcast/job_claims.hpp"
#include "jobcast/job_store.hpp"

namespace jobcast {

/// Where workers outside wait for external jobs. Who has waited longest is served first.
///
/// Order of life: make it, JobStore::start() with it among the sinks, start(); at the end stop(), and only then
/// destroy the store, which must happen before the desk is destroyed.
class ClaimDesk final : public JobClaims, public EventSink {
 public:
  /// The arguments but `past` must outlive stop().
  ClaimDesk(JobStore& store, const Clock& clock, const StoreSnapshot& past);
  ClaimDesk(const ClaimDesk&) = delete;
  ClaimDesk& operator=(const ClaimDesk&) = delete;

  /// stop(), where that has not been done.
  ~ClaimDesk() override;

  /// Begins to give jobs. Once, after JobStore::start().
  void start();

  /// Everybody who waits is told that there is nothing; later claims are answered so at once.
  void stop();

  // JobClaims
  Ticket claim(ClaimRequest request, Callback done) override;
  void withdraw(Ticket ticket) override;
  void give_back(const Claim& claim) override;

  // EventSink, on the store's thread
  void on_commit(EventSpan events) override;
  void on_pause(std::string_view kind, bool paused) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace jobcast
