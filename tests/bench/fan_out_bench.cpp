// Events of external jobs to many streams, each committed first: processor time and delay of a delivery, deliveries a
// second when events come as fast as they can. Against a bare epoll program that sends frames of the same size, and
// against nchan, all by turns in one run.
//
//     bench_fan_out [seconds a round] [rounds] [even|crowd|saturation|jobs]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fan_out_load.hpp"
#include "file_limit.hpp"
#include "http_client.hpp"

namespace jobcast::bench {
namespace {

constexpr std::size_t publishers_at_saturation = 4;
constexpr std::size_t publishers_of_jobs = 16;
constexpr std::size_t jobs = 10'000;

struct Options {
  double seconds = 3;
  int rounds = 3;
  std::string_view part;  ///< the only one to run; all where empty

  [[nodiscard]] bool wants(std::string_view name) const { return part.empty() || part == name; }
};

struct Targets {
  Target jobcast = jobcast_target();
  std::string frame = sample_frame(jobcast);
  Target bare = bare_target(frame);
  Target nchan = nchan_target(frame);
};

using Values = std::vector<double>;

/// Each round by turns, since the machine's speed changes from minute to minute.
void compare(const char* what, std::size_t streams, const Options& options, Targets& targets, std::size_t publishers,
             double per_second) {
  const std::vector<std::pair<const char*, Target*>> turns = {
      {"bare", &targets.bare}, {"jobcastd", &targets.jobcast}, {"nchan", &targets.nchan}};
  std::map<std::string_view, Values> processor;
  std::map<std::string_view, Values> delay;
  std::map<std::string_view, Values> late;
  std::map<std::string_view, Values> rate;
  for (int round = 0; round < options.rounds; ++round) {
    std::map<std::string_view, Figures> figures;
    for (const auto& [name, target] : turns) {
      Subscribers subscribers(target->server.port, streams, [&](std::size_t) { return target->subscribe; });
      const auto& now = figures[name] = measure(*target, subscribers, publishers, per_second, options.seconds);
      std::printf("  round %d, %s: %.2f us a delivery, %.0f/s, delay %.1f ms, 99%% %.1f\n", round + 1, name,
                  now.microseconds, now.per_second, now.median_delay / 1000, now.late_delay / 1000);
    }
    for (const auto* name : {"jobcastd", "nchan"}) {
      processor[name].push_back(figures[name].microseconds / figures["bare"].microseconds);
      delay[name].push_back(figures[name].median_delay / figures["bare"].median_delay);
      late[name].push_back(figures[name].late_delay / 1000);
      rate[name].push_back(figures[name].per_second / figures["bare"].per_second);
    }
  }
  for (const auto* name : {"jobcastd", "nchan"}) {
    std::printf("%s, %s/bare: processor time %s, median delay %s, deliveries/s %s; 99%% within %s ms; medians of %d\n",
                what, name, range_of(processor[name], "%.2f").c_str(), range_of(delay[name], "%.2f").c_str(),
                range_of(rate[name], "%.2f").c_str(), range_of(late[name], "%.0f").c_str(), options.rounds);
  }
}

/// The processor time of many jobs' events, each with one watcher. Each delivery has a PATCH of its own: so only the io
/// thread is looked at, which alone does more where somebody watches, and what it takes for the same reports without
/// any watcher, before and after, is taken off.
double microseconds_of_own_deliveries(const Target& target, const std::vector<std::string>& paths, double per_second,
                                      double seconds_to_go) {
  const auto report = [&paths](std::size_t publisher) {
    static thread_local std::size_t turn = 0;
    const auto index = (publisher + publishers_of_jobs * turn++) % paths.size();
    return report_of(paths[index], make_mark());
  };
  std::size_t events = 0;
  const auto load = [&] {
    const auto before = target.server.program->processor_seconds("io-");
    events = publish_together(target, report, publishers_of_jobs, per_second, seconds_to_go);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return (target.server.program->processor_seconds("io-") - before) * 1e6 / static_cast<double>(events);
  };
  const auto before = load();
  double watched = 0;
  {
    const Subscribers subscribers(target.server.port, paths.size(), [&](std::size_t i) {
      return make_request("GET", "/api/sse?id=" + job_id_of(paths[i]));
    });
    watched = load();
    if (subscribers.deliveries() < events) throw std::runtime_error("the watchers of many jobs missed events");
  }
  const auto unwatched = (before + load()) / 2;
  std::printf("    a report: %.1f us, with its delivery %.1f us\n", unwatched, watched);
  return watched - unwatched;
}

void bench_jobs(const Options& options, Targets& targets) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < jobs; ++i) {
    paths.push_back(make_running_job(targets.jobcast.server, "job-" + std::to_string(i)));
  }
  Values ratios;
  for (int round = 0; round < options.rounds; ++round) {
    double one_job = 0;
    {
      Subscribers subscribers(targets.jobcast.server.port, 1'000,
                              [&](std::size_t) { return targets.jobcast.subscribe; });
      one_job = measure(targets.jobcast, subscribers, 1, 20, options.seconds).microseconds;
    }
    const auto own = microseconds_of_own_deliveries(targets.jobcast, paths, 5'000, options.seconds);
    std::printf("  round %d: %.2f us a delivery, of one job %.2f\n", round + 1, own, one_job);
    ratios.push_back(own / one_job);
  }
  std::printf(
      "10,000 jobs with one watcher each, 5,000 events/s: processor time a delivery/one job's %s; "
      "median of %d (want 1.50)\n",
      range_of(ratios, "%.2f").c_str(), options.rounds);
}

void bench(const Options& options) {
  Targets targets;
  std::printf("fan-out: frames of %zu bytes\n", targets.frame.size());
  if (options.wants("even")) compare("1,000 streams, 20 events/s", 1'000, options, targets, 1, 20);
  if (options.wants("crowd")) compare("10,000 streams, 2 events/s", 10'000, options, targets, 1, 2);
  if (options.wants("saturation")) {
    compare("saturation, 1,000 streams", 1'000, options, targets, publishers_at_saturation, 0);
  }
  if (options.wants("jobs")) bench_jobs(options, targets);
}

}  // namespace
}  // namespace jobcast::bench

int main(int argc, char** argv) {
  using namespace jobcast::bench;
  Options options;
  if (argc > 1) options.seconds = std::max(std::atof(argv[1]), 0.5);
  if (argc > 2) options.rounds = std::max(std::atoi(argv[2]), 1);
  if (argc > 3) options.part = argv[3];
  raise_file_limit();
  try {
    bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_fan_out: %s\n", error.what());
    return 1;
  }
}
