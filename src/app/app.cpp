#include "app/app.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <thread>

#include "jobcast/version.hpp"

#include "app/admin_token.hpp"
#include "app/job_metrics.hpp"
#include "app/metrics_page.hpp"
#include "app/orphans.hpp"
#include "base/data_directory.hpp"
#include "base/ids.hpp"
#include "base/io_threads.hpp"
#include "base/logging.hpp"
#include "base/system_clock.hpp"
#include "http/server.hpp"
#include "push/fan_out.hpp"
#include "store/sqlite/sqlite_store.hpp"
#include "work/claim_desk.hpp"
#include "work/handler_catalog.hpp"
#include "work/retention.hpp"
#include "work/worker_pool.hpp"

namespace jobcast {
namespace {

constexpr unsigned file_threads = 2;
constexpr unsigned most_io_threads = 8;

unsigned io_thread_count(const Config& config) {
  if (config.server.threads > 0) return config.server.threads;
  return std::clamp(std::thread::hardware_concurrency(), 1U, most_io_threads);
}

StoreOptions store_options(const Config& config, const DataDirectory& data, const HandlerCatalog& handlers,
                           metrics::Histogram& commit_time) {
  StoreOptions options;
  options.database = data.database();
  options.max_queued_jobs = config.limits.max_queued_jobs;
  options.progress_per_second = config.work.progress_per_second;
  options.min_free_bytes = config.limits.min_free_bytes;
  options.commit_time = &commit_time;
  options.obstacle = [&handlers, uploads = data.uploads()](const Job& job) -> std::optional<errc> {
    std::error_code ignored;
    const auto kind = handlers.find(job.kind);
    if (!kind || kind->external != job.external) return errc::handler_missing;
    if (job.has_input && !std::filesystem::exists(uploads / job.id.to_string(), ignored)) return errc::input_missing;
    return std::nullopt;
  };
  return options;
}

/// What one client address may do where the configuration does not say; spares this machine's own clients.
constexpr limit::Rate built_in_requests{100, 200};
constexpr std::uint64_t built_in_connections = 1000;

limit::AddressLimiter::Options address_limits(const LimitsConfig& limits) {
  limit::AddressLimiter::Options options{built_in_requests, built_in_connections};
  if (limits.requests_per_second > 0) options.requests = {limits.requests_per_second, 2 * limits.requests_per_second};
  if (limits.request_burst > 0) options.requests.burst = limits.request_burst;
  if (limits.max_connections_per_address > 0) options.connections = limits.max_connections_per_address;
  return options;
}

/// All parts of the running server, made in the order in which they depend on each other.
class App {
 public:
  App(const Config& config, const AuthConfig& auth, DataDirectory data, const HandlerCatalog& handlers,
      const Clock& clock, SqliteStore store, const metrics::Histogram& commits, const StoreSnapshot& snapshot)
      : config_(config),
        handlers_(handlers),
        data_(std::move(data)),
        store_(std::move(store)),
        ids_(clock),
        authority_(auth, clock),
        limiter_(address_limits(config.limits)),
        files_(file_threads),
        workers_(std::make_unique<WorkerPool>(*store_.jobs, handlers, data_, clock, snapshot,
                                              WorkerPoolOptions{config.work.workers, config.server.shutdown_grace})),
        claims_(std::make_unique<ClaimDesk>(*store_.jobs, clock, snapshot)),
        retention_(std::make_unique<Retention>(*store_.jobs, data_, clock, config.retention)),
        threads_(io_thread_count(config)),
        services_{*store_.jobs, *store_.events, *claims_, handlers, clock,  config_,
                  authority_,   data_,          ids_,     limiter_, files_, {}} {
    make_shards(clock, snapshot);
    services_.render_metrics = [this, &commits](const JobCounts& counts) {
      return metrics_page(counts, {streams_, workers_->stats(), job_metrics_, commits});
    };
    std::vector<push::Shard*> shards;
    for (const auto& shard : shards_) shards.push_back(shard.get());
    server_ = std::make_unique<http::Server>(threads_, shards, services_);
  }

  result<void> listen() { return server_->listen(config_.server.listen); }

  /// Serves until a signal asks to stop. Blocks.
  void run() {
    boost::asio::io_context signals_context(1);
    boost::asio::signal_set signals(signals_context, SIGINT, SIGTERM);
    boost::asio::signal_set hangups(signals_context, SIGHUP);
    start();
    wait_for_hangups(hangups);
    signals.async_wait([this, &signals, &hangups](boost::system::error_code, int number) {
      spdlog::info("stopping: {}", number == SIGINT ? "SIGINT" : "SIGTERM");
      hangups.cancel();
      stop();
      signals.cancel();
    });
    signals_context.run();
  }

 private:
  void make_shards(const Clock& clock, const StoreSnapshot& snapshot) {
    push::ShardOptions options;
    options.max_queue_bytes = config_.limits.max_stream_queue_bytes;
    options.stall = config_.limits.stream_stall;
    const auto queue = queue_setup();
    const push::StartState state(snapshot);
    std::vector<push::FanOut::Receiver> receivers;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      shards_.push_back(
          std::make_unique<push::Shard>(threads_.context(i), *store_.events, clock, state, streams_, queue, options));
      auto* shard = shards_.back().get();
      receivers.push_back({[shard](auto batch) { shard->publish(std::move(batch)); },
                           [shard](std::string kind, bool paused) { shard->set_paused(std::move(kind), paused); }});
    }
    fan_out_ = std::make_unique<push::FanOut>(snapshot.counts, std::move(receivers), streams_.open_delta);
  }

  [[nodiscard]] push::QueueSetup queue_setup() const {
    push::QueueSetup setup;
    setup.workers = worker_count(config_.work.workers);
    for (const auto& kind : handlers_.kinds()) {
      const auto info = handlers_.find(kind).value();
      setup.kinds.emplace(kind, push::KindLanes{info.external, info.concurrency});
    }
    return setup;
  }

  void start() {
    store_.jobs->start({fan_out_.get(), workers_.get(), claims_.get(), &job_metrics_});
    for (const auto& shard : shards_) shard->start();
    server_->start();
    threads_.start();
    workers_->start();
    claims_->start();
    retention_->start();
    std::printf("jobcastd listening on http://%s\n", server_->address().c_str());
    std::fflush(stdout);
    spdlog::info("jobcastd {} listens on {}, keeps its data in {}", version, server_->address(), data_.root().string());
  }

  static void wait_for_hangups(boost::asio::signal_set& hangups) {
    hangups.async_wait([&hangups](boost::system::error_code error, int) {
      if (error) return;
      spdlog::info("SIGHUP: nothing can be changed while the server runs");
      wait_for_hangups(hangups);
    });
  }

  /// Contract, section 7. Blocks until all is done: running jobs may take the grace.
  void stop() {
    const auto deadline = std::chrono::steady_clock::now() + config_.server.shutdown_grace;
    workers_->begin_stop();
    retention_->stop();
    server_->drain();
    claims_->stop();
    workers_->join();
    // Answers under way are finished; an upload that is still coming has the rest of the grace.
    while (server_->unfinished() > 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    threads_.stop();
    files_.join();
    server_.reset();
    store_.events.reset();
    store_.jobs.reset();
    spdlog::info("stopped");
  }

  const Config& config_;
  const HandlerCatalog& handlers_;
  DataDirectory data_;
  SqliteStore store_;
  JobIdSource ids_;
  http::Authority authority_;
  limit::AddressLimiter limiter_;
  boost::asio::thread_pool files_;
  std::unique_ptr<WorkerPool> workers_;
  std::unique_ptr<ClaimDesk> claims_;
  std::unique_ptr<Retention> retention_;
  push::StreamCounters streams_;
  JobMetrics job_metrics_;
  IoThreads threads_;
  std::vector<std::unique_ptr<push::Shard>> shards_;
  std::unique_ptr<push::FanOut> fan_out_;
  http::Services services_;
  std::unique_ptr<http::Server> server_;
};

int fail_to_start(const Error& error) {
  spdlog::error("can't start: {}", error.message);
  return 1;
}

int start_and_run(const Config& config) {
  const SystemClock clock;
  const auto handlers = make_handler_catalog(config.handlers);
  auto data = DataDirectory::open(config.server.data_dir);
  if (!data) return fail_to_start(data.error());
  const auto auth = complete_auth(config, *data);
  if (!auth) return fail_to_start(auth.error());
  metrics::Histogram commit_time(metrics::short_times);
  auto store = open_sqlite_store(store_options(config, *data, handlers, commit_time), clock);
  if (!store) return fail_to_start(store.error());
  if (const auto removed = remove_orphans(*data, *store->jobs); !removed) return fail_to_start(removed.error());
  auto snapshot = store->jobs->snapshot();
  if (!snapshot) return fail_to_start(snapshot.error());

  App app(config, *auth, std::move(*data), handlers, clock, std::move(*store), commit_time, *snapshot);
  if (const auto listening = app.listen(); !listening) return fail_to_start(listening.error());
  *snapshot = {};
  app.run();
  return 0;
}

}  // namespace

int run_app(const Config& config) {
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(077);  // what people gave us is nobody else's
  start_logging(config.log);
  const int code = start_and_run(config);
  stop_logging();
  return code;
}

}  // namespace jobcast
