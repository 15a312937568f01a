// Events of an external job to many streams, each committed first, against a bare epoll program that sends frames of
// the same size: processor time and delay of a delivery, deliveries a second when events come as fast as they can.
//
//     bench_fan_out [seconds a round] [rounds]

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "figures.hpp"
#include "file_limit.hpp"
#include "http_client.hpp"
#include "servers.hpp"
#include "subscribers.hpp"

namespace jobcast::bench {
namespace {

constexpr std::chrono::milliseconds quiet_time(300);
constexpr int publishers_at_saturation = 8;

struct Options {
  double seconds = 3;
  int rounds = 3;
};

/// A server under test, and how to publish an event to its subscribers.
struct Target {
  RunningServer server;
  std::string subscribe;                                   ///< the request that opens a stream
  std::function<std::string(const std::string&)> publish;  ///< the request that publishes an event with this mark
};

struct Figures {
  double microseconds = 0;  ///< of the server's processor time, for one delivery
  double median_delay = 0;  ///< in microseconds
  double late_delay = 0;    ///< 99 of 100 are not later
  double per_second = 0;    ///< deliveries
};

Target jobcast_target() {
  Target target;
  target.server = start_jobcastd("[work]\nprogress_per_second = 0\n", {});
  HttpClient client(target.server.port);
  const auto created = client.ask(make_request("POST", "/api/jobs", R"({"filename":"bench.txt","kind":"external"})"));
  const std::string job(header_value(created, "Location"));
  client.ask(make_request("PATCH", job, R"({"status":"processing"})"));
  target.subscribe = make_request("GET", "/api/sse?id=" + job.substr(job.rfind('/') + 1));
  target.publish = [job](const std::string& mark) {
    return make_request("PATCH", job, R"({"message":")" + mark + "\"}");
  };
  return target;
}

/// The bytes of one event as a subscriber of jobcastd gets them.
std::string sample_frame(const Target& jobcast) {
  HttpClient subscriber(jobcast.server.port);
  HttpClient publisher(jobcast.server.port);
  subscriber.send(jobcast.subscribe);
  while (subscriber.received().find("event: status") == std::string::npos) subscriber.receive();
  subscriber.received().clear();
  const auto mark = make_mark();
  publisher.ask(jobcast.publish(mark));
  while (!subscriber.received().ends_with("\n\n\r\n") || subscriber.received().find(mark) == std::string::npos) {
    subscriber.receive();
  }
  return subscriber.received();
}

Target bare_target(const std::string& frame) {
  Target target;
  target.server.program = std::make_unique<ChildProgram>(std::vector<std::string>{BARE_FAN_OUT_PROGRAM});
  const auto line = target.server.program->read_line();
  target.server.port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  target.subscribe = make_request("GET", "/");
  target.publish = [frame](const std::string& mark) {
    auto copy = frame;
    for (auto at = copy.find("sent-at-"); at != std::string::npos; at = copy.find("sent-at-", at + 1)) {
      copy.replace(at, mark.size(), mark);
    }
    return make_request("POST", "/", copy);
  };
  return target;
}

/// Until so many have come, or none comes any more: of what waits for a slow reader, late progress replaces earlier.
/// Gives when the last one came.
SteadyClock::time_point wait_for(const Subscribers& subscribers, std::uint64_t deliveries) {
  auto seen = subscribers.deliveries();
  auto last = SteadyClock::now();
  while (seen < deliveries && SteadyClock::now() - last < quiet_time) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (const auto now = subscribers.deliveries(); now != seen) {
      seen = now;
      last = SteadyClock::now();
    }
  }
  return last;
}

/// So many events a second, evenly; 0: one after the other as fast as they are taken.
std::size_t publish(const Target& target, double per_second, double seconds_to_go) {
  HttpClient client(target.server.port);
  const auto begin = SteadyClock::now();
  std::size_t events = 0;
  while (seconds(SteadyClock::now() - begin) < seconds_to_go) {
    client.ask(target.publish(make_mark()));
    ++events;
    if (per_second <= 0) continue;
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<SteadyClock::duration>(
                                              std::chrono::duration<double>(static_cast<double>(events) / per_second)));
  }
  return events;
}

Figures figures_of(Subscribers& subscribers, double processor, double time) {
  auto result = subscribers.take();
  if (result.deliveries == 0) throw std::runtime_error("no event arrived");
  const auto deliveries = static_cast<double>(result.deliveries);
  return {processor * 1e6 / deliveries, median(result.delays_us), quantile(result.delays_us, 0.99), deliveries / time};
}

Figures measure(const Target& target, Subscribers& subscribers, double per_second, double seconds_to_go) {
  const auto seen = subscribers.deliveries();
  const auto processor = target.server.program->processor_seconds();
  const auto begin = SteadyClock::now();
  const auto events = publish(target, per_second, seconds_to_go);
  const auto end = wait_for(subscribers, seen + events * subscribers.count());
  const auto time = seconds(end - begin);
  return figures_of(subscribers, target.server.program->processor_seconds() - processor, time);
}

/// As many events as several publishers at once can make.
Figures saturate(const Target& target, Subscribers& subscribers, double seconds_to_go) {
  const auto processor = target.server.program->processor_seconds();
  const auto begin = SteadyClock::now();
  const auto seen = subscribers.deliveries();
  std::vector<std::thread> publishers;
  std::atomic<std::size_t> events{0};
  for (int i = 0; i < publishers_at_saturation; ++i) {
    publishers.emplace_back([&] { events += publish(target, 0, seconds_to_go); });
  }
  for (auto& publisher : publishers) publisher.join();
  const auto end = wait_for(subscribers, seen + events * subscribers.count());
  const auto time = seconds(end - begin);
  return figures_of(subscribers, target.server.program->processor_seconds() - processor, time);
}

using Measure = std::function<Figures(const Target&, Subscribers&)>;

void compare(const char* what, std::size_t streams, int rounds, const Target& jobcast, const Target& bare,
             const Measure& measure_one) {
  std::vector<double> processor;
  std::vector<double> delay;
  std::vector<double> rate;
  for (int round = 0; round < rounds; ++round) {
    Figures ours;
    Figures limit;
    {
      Subscribers subscribers(bare.server.port, streams, [&](std::size_t) { return bare.subscribe; });
      limit = measure_one(bare, subscribers);
    }
    {
      Subscribers subscribers(jobcast.server.port, streams, [&](std::size_t) { return jobcast.subscribe; });
      ours = measure_one(jobcast, subscribers);
    }
    processor.push_back(ours.microseconds / limit.microseconds);
    delay.push_back(ours.median_delay / limit.median_delay);
    rate.push_back(ours.per_second / limit.per_second);
    std::printf(
        "  round %d: jobcastd %.2f us a delivery, %.0f/s, delay %.1f ms, 99%% %.1f; bare %.2f us, %.0f/s, %.1f ms, "
        "99%% %.1f\n",
        round + 1, ours.microseconds, ours.per_second, ours.median_delay / 1000, ours.late_delay / 1000,
        limit.microseconds, limit.per_second, limit.median_delay / 1000, limit.late_delay / 1000);
  }
  std::printf("%s: jobcastd/bare processor time %.2f, delay %.2f, deliveries/s %.2f; medians of %d\n", what,
              median(processor), median(delay), median(rate), rounds);
}

void bench(const Options& options) {
  const auto jobcast = jobcast_target();
  const auto frame = sample_frame(jobcast);
  const auto bare = bare_target(frame);
  std::printf("fan-out: frames of %zu bytes\n", frame.size());
  compare("1,000 streams, 20 events/s", 1'000, options.rounds, jobcast, bare,
          [&](const Target& target, Subscribers& subscribers) {
            return measure(target, subscribers, 20, options.seconds);
          });
  compare(
      "10,000 streams, 2 events/s", 10'000, options.rounds, jobcast, bare,
      [&](const Target& target, Subscribers& subscribers) { return measure(target, subscribers, 2, options.seconds); });
  compare(
      "saturation, 1,000 streams", 1'000, options.rounds, jobcast, bare,
      [&](const Target& target, Subscribers& subscribers) { return saturate(target, subscribers, options.seconds); });
}

}  // namespace
}  // namespace jobcast::bench

int main(int argc, char** argv) {
  using namespace jobcast::bench;
  Options options;
  if (argc > 1) options.seconds = std::max(std::atof(argv[1]), 0.5);
  if (argc > 2) options.rounds = std::max(std::atoi(argv[2]), 1);
  raise_file_limit();
  try {
    bench(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_fan_out: %s\n", error.what());
    return 1;
  }
}
