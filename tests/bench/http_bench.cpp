// jobcastd from outside, over its sockets: status polling against nginx, how soon a commit is on a subscriber's socket,
// durable enqueue, resuming out of a long log.
//
//     bench_http [seconds a round] [rounds] [polling|commit|enqueue|resume]

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bare_commit.hpp"
#include "enqueue.hpp"
#include "figures.hpp"
#include "http_client.hpp"
#include "http_load.hpp"
#include "servers.hpp"

namespace jobcast::bench {
namespace {

constexpr int pollers = 64;
constexpr int reports = 2'000;
constexpr std::size_t bare_groups = 500;
constexpr std::size_t history_jobs = 1'000'000;
constexpr int resumes = 200;
constexpr int warm_up_commits = 200;
constexpr std::string_view status_target = "/api/background-process?action=status&filename=bench.txt";
constexpr std::string_view new_job = R"({"filename":"bench.txt","kind":"external"})";

struct Options {
  double seconds = 2;
  int rounds = 5;
  std::string_view part;  ///< the only one to run; all where empty

  [[nodiscard]] bool wants(std::string_view name) const { return part.empty() || part == name; }
};

SteadyClock::duration duration_of(double seconds) {
  return std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
}

/// @param header  a further one, with its line end; may be empty
LoadResult poll_status(const RunningServer& server, const Options& options, std::string_view header = {}) {
  Load load;
  load.port = server.port;
  load.connections = pollers;
  load.warm_up = duration_of(options.seconds / 4);
  load.time = duration_of(options.seconds);
  auto request = make_request("GET", status_target);
  request.insert(request.size() - 2, header);
  load.request = [request] { return request; };
  return run_load(load, [&server] { return server.program->processor_seconds(); });
}

void bench_polling(const Options& options) {
  const auto jobcastd = start_jobcastd("", {"--threads", "1"});
  HttpClient client(jobcastd.port);
  client.ask(make_request("POST", "/api/jobs", new_job));
  const auto answer = client.ask(make_request("GET", status_target));
  const auto nginx = start_nginx(answer);
  const auto copy = HttpClient(nginx.port).ask(make_request("GET", status_target));
  std::printf("status polling: %d connections, answers of %zu bytes (nginx: %zu), one thread each\n", pollers,
              answer.size(), copy.size());

  std::vector<double> ratios;
  std::vector<double> processor_ratios;
  std::vector<double> unchanged_ratios;
  std::vector<double> unchanged_processor;
  const auto if_none_match = "If-None-Match: " + std::string(header_value(answer, "ETag")) + "\r\n";
  for (int round = 0; round < options.rounds; ++round) {
    const auto ours = poll_status(jobcastd, options);
    const auto theirs = poll_status(nginx, options);
    const auto unchanged = poll_status(jobcastd, options, if_none_match);
    unchanged_ratios.push_back(unchanged.answers_per_second / ours.answers_per_second);
    unchanged_processor.push_back(unchanged.server_microseconds / ours.server_microseconds);
    ratios.push_back(ours.answers_per_second / theirs.answers_per_second);
    processor_ratios.push_back(theirs.server_microseconds / ours.server_microseconds);
    std::printf("  round %d: jobcastd %.0f/s, %.2f us of processor time each; nginx %.0f/s, %.2f us\n", round + 1,
                ours.answers_per_second, ours.server_microseconds, theirs.answers_per_second,
                theirs.server_microseconds);
  }
  std::printf("status polling: jobcastd/nginx %s, by processor time %.2f; median of %d (want 0.80)\n",
              range_of(ratios, "%.2f").c_str(), median(processor_ratios), options.rounds);
  std::printf(
      "status polling: answers 304 with If-None-Match, by whole ones %s, processor time %.2f; "
      "median of %d\n",
      range_of(unchanged_ratios, "%.2f").c_str(), median(unchanged_processor), options.rounds);
}

/// What is seen of one commit, as it happens.
class CommitWatch {
 public:
  explicit CommitWatch(std::uint16_t port) : runner_(port), subscriber_(port) {
    const auto created = runner_.ask(make_request("POST", "/api/jobs", new_job));
    const auto location = header_value(created, "Location");
    target_ = location;
    runner_.ask(make_request("PATCH", target_, R"({"status":"processing"})"));
    subscriber_.send(make_request("GET", "/api/sse?id=" + target_.substr(target_.rfind('/') + 1)));
    while (subscriber_.received().find("event: status") == std::string::npos) subscriber_.receive();
  }

  struct Times {
    SteadyClock::duration answer{};  ///< from sending the PATCH
    SteadyClock::duration event{};
  };

  Times report(int number) {
    const std::string message = "step " + std::to_string(number) + " ";
    const auto request = make_request(
        "PATCH", target_, R"({"progress":)" + std::to_string(number % 100) + R"(,"message":")" + message + "\"}");
    subscriber_.received().clear();
    const auto begin = SteadyClock::now();
    runner_.send(request);
    Times times;
    bool answered = false;
    bool told = false;
    while (!answered || !told) {
      wait_for_either();
      const auto now = SteadyClock::now() - begin;
      if (!told && arrived(subscriber_, 0)) {
        told = subscriber_.received().find(message) != std::string::npos;
        times.event = now;
      }
      if (!answered && arrived(runner_, 1)) {
        answered = true;
        times.answer = now;
        if (!runner_.received().starts_with("HTTP/1.1 200")) throw std::runtime_error(runner_.received());
        runner_.received().clear();
      }
    }
    return times;
  }

 private:
  void wait_for_either() {
    waits_[0] = {subscriber_.descriptor(), POLLIN, 0};
    waits_[1] = {runner_.descriptor(), POLLIN, 0};
    if (::poll(waits_, 2, 10'000) <= 0) throw std::runtime_error("no event or answer within 10 s");
  }

  bool arrived(HttpClient& client, int index) {
    if (waits_[index].revents == 0) return false;
    client.receive();
    return true;
  }

  HttpClient runner_;
  HttpClient subscriber_;
  std::string target_;
  pollfd waits_[2]{};
};

void print_times(const char* what, const std::vector<double>& values) {
  std::printf("  %-34s median %7.0f us, 90%% %7.0f, 99%% %7.0f\n", what, median(values), quantile(values, 0.9),
              quantile(values, 0.99));
}

void bench_commit_to_event() {
  const auto server = start_jobcastd("[work]\nprogress_per_second = 0\n", {});
  CommitWatch watch(server.port);
  BareCommit bare(server.directory->path() / "bare.db");
  std::vector<double> to_answer;
  std::vector<double> to_event;
  std::vector<double> answer_to_event;
  std::vector<double> bare_commit;
  for (int i = 0; i < warm_up_commits + reports; ++i) {
    const auto times = watch.report(i);
    const auto bare_time = bare.run();
    if (i < warm_up_commits) continue;
    to_answer.push_back(microseconds(times.answer));
    to_event.push_back(microseconds(times.event));
    answer_to_event.push_back(microseconds(times.event - times.answer));
    bare_commit.push_back(microseconds(bare_time));
  }
  std::printf("commit to event: %d reports of an external job, one after another, one subscriber\n", reports);
  print_times("PATCH sent to its answer:", to_answer);
  print_times("PATCH sent to the event:", to_event);
  print_times("the same rows by bare SQLite:", bare_commit);
  print_times("answer to event (may be negative):", answer_to_event);
  // From outside the commit itself can't be seen: this still holds reading the request and waking the writer.
  std::printf("commit to event: at most %.0f us: PATCH to event less a bare commit, medians of %d (want under 1000)\n",
              median(to_event) - median(bare_commit), reports);
}

double commits_of(const RunningServer& server) {
  const auto answer = HttpClient(server.port).ask(make_request("GET", "/metrics"));
  const std::string name = "\njobcast_commit_seconds_count ";
  return std::stod(answer.substr(answer.find(name) + name.size()));
}

/// Against bare SQLite in groups of as many rows as there are connections, and in groups of the size that the server's
/// had: at most half of the clients can wait for one commit while the other half is being answered.
void bench_enqueue(const Options& options) {
  const auto server = start_jobcastd("[limits]\nmax_queued_jobs = 1000000000\n", {});
  std::vector<double> rates;
  std::vector<double> ratios;
  std::vector<double> ratios_of_same;
  std::vector<double> groups;
  std::vector<double> processor;
  for (int round = 0; round < options.rounds; ++round) {
    // The machine's speed changes from second to second: the limit is measured before and after.
    const auto before = bare_rate(Groups(bare_groups, producers));
    Load load;
    load.port = server.port;
    load.connections = producers;
    load.warm_up = duration_of(options.seconds / 4);
    load.time = duration_of(options.seconds);
    load.request = [] { return make_request("POST", "/api/jobs", new_job); };
    const auto commits = commits_of(server);
    const auto ours = run_load(load, [&server] { return server.program->processor_seconds(); });
    const auto all_jobs = ours.answers_per_second * seconds(load.warm_up + load.time);
    groups.push_back(all_jobs / (commits_of(server) - commits));
    const Groups same(bare_groups, static_cast<std::size_t>(std::lround(groups.back())));
    ratios_of_same.push_back(ours.answers_per_second / bare_rate(same));
    const auto limit = (before + bare_rate(Groups(bare_groups, producers))) / 2;
    rates.push_back(ours.answers_per_second);
    ratios.push_back(ours.answers_per_second / limit);
    processor.push_back(ours.server_microseconds);
  }
  std::printf(
      "durable enqueue over HTTP, %d connections: %s of bare SQLite in the same groups of %.0f, %.2f "
      "in groups of %d; %.0f jobs/s, %.1f us of processor time each; medians of %d (want 0.50)\n",
      producers, range_of(ratios_of_same, "%.2f").c_str(), median(groups), median(ratios), producers, median(rates),
      median(processor), options.rounds);
}

/// From the connection to the first event of a stream that resumes somewhere in a long log.
double resume_microseconds(std::uint16_t port, std::size_t number) {
  const auto begin = SteadyClock::now();
  HttpClient client(port);
  const auto target = "/api/sse?id=" + history_id(number) + "&last_event_id=" + std::to_string(number - 1);
  client.send(make_request("GET", target));
  while (client.received().find("event: status") == std::string::npos) client.receive();
  return microseconds(SteadyClock::now() - begin);
}

void bench_resume() {
  const auto server = start_jobcastd("", {}, [](const auto& data) { make_history(data / "jobcast.db", history_jobs); });
  std::vector<double> times;
  for (int i = 0; i < resumes; ++i) {
    times.push_back(resume_microseconds(server.port, 2 + static_cast<std::size_t>(i) * (history_jobs / resumes)));
  }
  std::printf("resume out of %zu stored events: first event after %.1f ms, 99%% %.1f ms; median of %d (want 5)\n",
              history_jobs, median(times) / 1000, quantile(times, 0.99) / 1000, resumes);
}

}  // namespace
}  // namespace jobcast::bench

int main(int argc, char** argv) {
  using namespace jobcast::bench;
  Options options;
  if (argc > 1) options.seconds = std::max(std::atof(argv[1]), 0.1);
  if (argc > 2) options.rounds = std::max(std::atoi(argv[2]), 1);
  if (argc > 3) options.part = argv[3];
  try {
    if (options.wants("polling")) bench_polling(options);
    if (options.wants("commit")) bench_commit_to_event();
    if (options.wants("enqueue")) bench_enqueue(options);
    if (options.wants("resume")) bench_resume();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_http: %s\n", error.what());
    return 1;
  }
}
