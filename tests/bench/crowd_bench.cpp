// What streams cost that only stand open, crowds that come back after a crash, and a client that does not read.
//
//     bench_crowd [idle|back|stalled]

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "fan_out_load.hpp"
#include "file_limit.hpp"
#include "http_client.hpp"

namespace jobcast::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t idle_streams = 19'000;
constexpr std::size_t idle_streams_of_nchan = 18'000;  ///< it keeps more descriptors for itself
constexpr std::size_t returning_streams = 15'000;
constexpr std::size_t missed_events = 20;
constexpr auto settle_time = 3s;  ///< until a server has given back what it will
constexpr double mib = 1024 * 1024;

void bench_idle(const char* name, const Target& target, std::size_t streams) {
  const auto& program = *target.server.program;
  const auto before = program.own_memory_bytes();
  const auto each = [&](double bytes) { return (bytes - before) / static_cast<double>(streams); };
  {
    const auto processor = program.processor_seconds();
    Subscribers subscribers(target.server.port, streams, [&](std::size_t) { return target.subscribe; });
    const auto opening = (program.processor_seconds() - processor) * 1e6 / static_cast<double>(streams);
    std::this_thread::sleep_for(settle_time);
    const auto idle = each(program.own_memory_bytes());
    HttpClient publisher(target.server.port);
    for (int i = 0; i < 5; ++i) publisher.ask(target.publish(make_mark()));
    wait_for(subscribers, 5 * streams);
    std::this_thread::sleep_for(settle_time);
    std::printf("%zu idle streams, %s: %.0f bytes a stream, after a fan-out to all %.0f; opening one takes %.1f us\n",
                streams, name, idle, each(program.own_memory_bytes()), opening);
  }
  std::this_thread::sleep_for(settle_time);
  std::printf("idle streams, %s: when they have left, %.1f MiB are held (before %.1f)\n", name,
              program.own_memory_bytes() / mib, before / mib);
}

/// The last id that a stream of the job has got.
std::string newest_id(const RunningServer& server, const std::string& path) {
  HttpClient client(server.port);
  const auto answer = client.ask(make_request("GET", path));
  const auto at = answer.find("\"seq\":") + 6;
  return answer.substr(at, answer.find_first_not_of("0123456789", at) - at);
}

void bench_back() {
  auto target = Target{start_jobcastd("[work]\nprogress_per_second = 0\n", {}), {}, {}};
  const auto job = make_running_job(target.server, "bench.txt");
  for (int i = 0; i < 3; ++i) {
    const auto last_id = newest_id(target.server, job);
    {
      HttpClient client(target.server.port);
      for (std::size_t event = 0; event < missed_events; ++event) client.ask(report_of(job, make_mark()));
    }
    crash_and_restart(target.server);
    const auto begin = SteadyClock::now();
    std::atomic<bool> done{false};
    std::thread publisher([&] {
      HttpClient client(target.server.port);
      while (!done) {
        std::this_thread::sleep_for(100ms);
        client.ask(report_of(job, make_mark()));
      }
    });
    const auto request = make_request("GET", "/api/sse?id=" + job_id_of(job) + "&last_event_id=" + last_id);
    Subscribers subscribers(
        target.server.port, returning_streams, [&](std::size_t) { return request; }, missed_events);
    while (subscribers.caught_up() < returning_streams && SteadyClock::now() - begin < 60s) {
      std::this_thread::sleep_for(1ms);
    }
    const auto time = seconds(SteadyClock::now() - begin);
    done = true;
    publisher.join();
    const auto live = subscribers.take();
    std::printf(
        "15,000 streams come back: after %.2f s %zu have what they missed (%zu events each); "
        "live delay meanwhile %.1f ms, 99%% %.1f (want 5 s, 200 ms)\n",
        time, subscribers.caught_up(), missed_events, median(live.delays_us) / 1000,
        quantile(live.delays_us, 0.99) / 1000);
  }
}

/// A stream whose client never reads.
class StalledClient {
 public:
  StalledClient(std::uint16_t port, std::string_view request) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int small = 4096;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(port);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(socket_, reinterpret_cast<const sockaddr*>(&server), sizeof server);
    ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
  }
  ~StalledClient() { ::close(socket_); }
  StalledClient(const StalledClient&) = delete;
  StalledClient& operator=(const StalledClient&) = delete;

 private:
  int socket_;
};

void bench_stalled() {
  const auto target = jobcast_target();
  for (int round = 0; round < 3; ++round) {
    Subscribers subscribers(target.server.port, 1'000, [&](std::size_t) { return target.subscribe; });
    const auto without = measure(target, subscribers, 1, 40, 5);
    const auto memory = target.server.program->own_memory_bytes();
    const StalledClient stalled(target.server.port, target.subscribe);
    const auto with = measure(target, subscribers, 1, 40, 5);
    std::printf(
        "1,000 streams beside one that never reads: delay %.1f ms, 99%% %.1f; without it %.1f, 99%% %.1f; "
        "memory %+.2f MiB\n",
        with.median_delay / 1000, with.late_delay / 1000, without.median_delay / 1000, without.late_delay / 1000,
        (target.server.program->own_memory_bytes() - memory) / mib);
  }
}

void bench(std::string_view part) {
  const auto wants = [part](std::string_view name) { return part.empty() || part == name; };
  if (wants("idle")) {
    const auto jobcast = jobcast_target();
    bench_idle("jobcastd", jobcast, idle_streams);
    bench_idle("nchan", nchan_target(sample_frame(jobcast)), idle_streams_of_nchan);
  }
  if (wants("back")) bench_back();
  if (wants("stalled")) bench_stalled();
}

}  // namespace
}  // namespace jobcast::bench

int main(int argc, char** argv) {
  jobcast::bench::raise_file_limit();
  try {
    jobcast::bench::bench(argc > 1 ? argv[1] : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_crowd: %s\n", error.what());
    return 1;
  }
}
