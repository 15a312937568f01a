#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>

#include "jobcast/clock.hpp"
#include "jobcast/config.hpp"
#include "jobcast/event_log.hpp"
#include "jobcast/job_claims.hpp"
#include "jobcast/job_store.hpp"
#include "jobcast/kind_catalog.hpp"

#include "base/data_directory.hpp"
#include "base/ids.hpp"
#include "http/authority.hpp"
#include "limit/address_limiter.hpp"
#include "push/shard.hpp"

namespace jobcast::http {

/// What all handlers on all io threads work with. Everything outlives the server; nothing here changes after start
/// but the atomics.
struct Services {
  JobStore& store;
  EventLog& log;
  JobClaims& claims;
  const KindCatalog& kinds;
  const Clock& clock;
  const Config& config;
  const Authority& authority;
  const DataDirectory& data;
  JobIdSource& ids;
  limit::AddressLimiter& limiter;
  boost::asio::thread_pool& files;  ///< writes and fsyncs of uploads, reads of logs
  /// The Prometheus text; called on an io thread with the counts of its board.
  std::function<std::string(const JobCounts&)> render_metrics;
  std::atomic<bool> draining{false};  ///< the server stops: new streams are sent away
};

}  // namespace jobcast::http
