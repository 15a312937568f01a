// What streams cost that only stand open, crowds that come back after a crash, and a client that does not read.
//
//     bench_crowd [idle|back|stalled]

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <utility>
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
constexpr int rounds = 3;
constexpr auto settle_time = 3s;  ///< until a server has given back what it will
constexpr double mib = 1024 * 1024;

struct IdleFigures {
  double opening_us = 0;           ///< of the server's processor time
  double bytes = 0;                ///< a stream that only stands open
  double bytes_after_fan_out = 0;  ///< the same streams
  double left_mib = 0;             ///< more than before, when they have left
};

IdleFigures measure_idle(const Target& target, std::size_t streams) {
  const auto& program = *target.server.program;
  const auto before = program.own_memory_bytes();
  const auto each = [&](double value) { return value / static_cast<double>(streams); };
  IdleFigures figures;
  {
    const auto processor = program.processor_seconds();
    Subscribers subscribers(target.server.port, streams, [&](std::size_t) { return target.subscribe; });
    figures.opening_us = each((program.processor_seconds() - processor) * 1e6);
    std::this_thread::sleep_for(settle_time);
    figures.bytes = each(program.own_memory_bytes() - before);
    HttpClient publisher(target.server.port);
    for (int i = 0; i < 5; ++i) publisher.ask(target.publish(make_mark()));
    wait_for(subscribers, 5 * streams);
    std::this_thread::sleep_for(settle_time);
    figures.bytes_after_fan_out = each(program.own_memory_bytes() - before);
  }
  std::this_thread::sleep_for(settle_time);
  figures.left_mib = (program.own_memory_bytes() - before) / mib;
  return figures;
}

/// Both servers by turns, each started anew for each round: what they keep of earlier streams is not measured.
void bench_idle() {
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const auto jobcast = jobcast_target();
    const auto here = measure_idle(jobcast, idle_streams);
    const auto there = measure_idle(nchan_target(sample_frame(jobcast)), idle_streams_of_nchan);
    ours.push_back(here.opening_us);
    theirs.push_back(there.opening_us);
    ratios.push_back(here.opening_us / there.opening_us);
    if (round > 0) continue;
    for (const auto& [name, figures] : {std::pair("jobcastd", here), std::pair("nchan", there)}) {
      std::printf(
          "idle streams, %s: %.0f bytes each, after a fan-out to all %.0f; %+.1f MiB when they have left; "
          "median of 1 (want 700)\n",
          name, figures.bytes, figures.bytes_after_fan_out, figures.left_mib);
    }
  }
  std::printf(
      "opening a stream: jobcastd/nchan %s, %.1f and %.1f us of processor time; median of %d "
      "(want 1.00)\n",
      range_of(ratios, "%.2f").c_str(), median(ours), median(theirs), rounds);
}

/// The last id that a stream of the job has got.
std::string newest_id(const RunningServer& server, const std::string& path) {
  HttpClient client(server.port);
  const auto answer = client.ask(make_request("GET", path));
  const auto at = answer.find("\"seq\":") + 6;
  return answer.substr(at, answer.find_first_not_of("0123456789", at) - at);
}

void bench_back() {
  std::vector<double> times;
  std::vector<double> delays;
  auto target = Target{start_jobcastd("[work]\nprogress_per_second = 0\n", {}), {}, {}};
  const auto job = make_running_job(target.server, "bench.txt");
  for (int i = 0; i < rounds; ++i) {
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
    if (subscribers.caught_up() < returning_streams) throw std::runtime_error("streams miss what they missed");
    times.push_back(time);
    delays.push_back(quantile(subscribers.take().delays_us, 0.99) / 1000);
  }
  std::printf(
      "15,000 streams come back after a crash: all have the %zu events that they missed after %s s, live delay "
      "meanwhile 99%% within %.0f ms; medians of %d (want 5 s, 200 ms)\n",
      missed_events, range_of(times, "%.2f").c_str(), median(delays), rounds);
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
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> memory;
  for (int round = 0; round < rounds; ++round) {
    Subscribers subscribers(target.server.port, 1'000, [&](std::size_t) { return target.subscribe; });
    without.push_back(measure(target, subscribers, 1, 40, 5).late_delay / 1000);
    const auto before = target.server.program->own_memory_bytes();
    const StalledClient stalled(target.server.port, target.subscribe);
    with.push_back(measure(target, subscribers, 1, 40, 5).late_delay / 1000);
    memory.push_back((target.server.program->own_memory_bytes() - before) / mib);
  }
  std::printf(
      "1,000 streams beside one that never reads: delay 99%% within %.1f ms, without it %.1f; memory %+.2f MiB; "
      "medians of %d\n",
      median(with), median(without), median(memory), rounds);
}

void bench(std::string_view part) {
  const auto wants = [part](std::string_view name) { return part.empty() || part == name; };
  if (wants("idle")) bench_idle();
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
