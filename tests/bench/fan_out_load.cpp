#include "fan_out_load.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "http_client.hpp"

namespace jobcast::bench {
namespace {

constexpr std::chrono::milliseconds quiet_time(300);

}  // namespace

std::size_t publish(const Target& target, const std::function<std::string()>& request, double per_second,
                    double seconds_to_go) {
  HttpClient client(target.server.port);
  const auto begin = SteadyClock::now();
  std::size_t events = 0;
  while (seconds(SteadyClock::now() - begin) < seconds_to_go) {
    client.ask(request());
    ++events;
    if (per_second <= 0) continue;
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<SteadyClock::duration>(
                                              std::chrono::duration<double>(static_cast<double>(events) / per_second)));
  }
  return events;
}

std::size_t publish_together(const Target& target, const std::function<std::string(std::size_t)>& request,
                             std::size_t publishers, double per_second, double seconds_to_go) {
  std::atomic<std::size_t> events{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < publishers; ++i) {
    threads.emplace_back([&, i] {
      events += publish(
          target, [&] { return request(i); }, per_second / static_cast<double>(publishers), seconds_to_go);
    });
  }
  for (auto& thread : threads) thread.join();
  return events;
}

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

Figures measure(const Target& target, Subscribers& subscribers, std::size_t publishers, double per_second,
                double seconds_to_go) {
  const auto seen = subscribers.deliveries();
  const auto processor = target.server.program->processor_seconds();
  const auto begin = SteadyClock::now();
  const auto events = publish_together(
      target, [&target](std::size_t) { return target.publish(make_mark()); }, publishers, per_second, seconds_to_go);
  const auto end = wait_for(subscribers, seen + events * subscribers.count());
  const auto taken = target.server.program->processor_seconds() - processor;
  auto result = subscribers.take();
  if (result.deliveries == 0) throw std::runtime_error("no event arrived");
  const auto deliveries = static_cast<double>(result.deliveries);
  return {taken * 1e6 / deliveries, median(result.delays_us), quantile(result.delays_us, 0.99),
          deliveries / seconds(end - begin)};
}

}  // namespace jobcast::bench
