// What a shard's second costs where many streams each watch a job of their own that waits or runs.
//
//     bench_queue [streams]

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "bench/figures.hpp"
#include "push/shard.hpp"
#include "support/make_job.hpp"
#include "support/manual_clock.hpp"

namespace jobcast::bench {
namespace {

using namespace std::chrono_literals;
using push::Shard;

class NoLog final : public EventLog {
 public:
  void open(std::vector<JobRef> /*targets*/, std::optional<Seq> /*after*/, Callback<Opening> /*done*/) override {}
  void replay(ReplayQuery /*query*/, Callback<ReplayWindow> /*done*/) override {}
  void history(JobId /*id*/, Seq /*after*/, std::size_t /*limit*/,
               Callback<std::vector<HistoryEntry>> /*done*/) override {}
};

/// Datagram sockets to a port where nobody reads: whatever is sent is gone at once.
class Nowhere {
 public:
  Nowhere() {
    reader_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    if (::bind(reader_, reinterpret_cast<sockaddr*>(&address_), size) != 0) std::abort();
    if (::getsockname(reader_, reinterpret_cast<sockaddr*>(&address_), &size) != 0) std::abort();
  }
  Nowhere(const Nowhere&) = delete;
  Nowhere& operator=(const Nowhere&) = delete;
  ~Nowhere() { ::close(reader_); }

  [[nodiscard]] Descriptor connect() const {
    const int writer = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (writer < 0 || ::connect(writer, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0) {
      std::puts("too few open files are allowed: see ulimit -n");
      std::exit(1);
    }
    return Descriptor(writer);
  }

 private:
  int reader_ = -1;
  sockaddr_in address_{};
};

Job external_job(Seq number, JobStatus status, Timestamp now) {
  auto job = make_job(number, "file-" + std::to_string(number), status);
  job.kind = "external";
  job.external = true;
  job.created_at = now;
  job.updated_at = now;
  job.attempt = status == JobStatus::pending ? 0 : 1;
  if (status != JobStatus::pending) job.started_at = now - 20s;
  if (is_final(status)) job.processed_at = now;
  return job;
}

double milliseconds(SteadyClock::duration time) {
  return microseconds(time) / 1000;
}

void measure(const char* what, std::size_t streams, JobStatus status, bool external) {
  ManualClock clock;
  StoreSnapshot snapshot;
  const auto number_of = [](std::size_t i) { return static_cast<Seq>(i + 1); };
  for (std::size_t i = 0; i < streams; ++i) {
    auto job = external_job(number_of(i), status, clock.timestamp());
    job.external = external;
    job.kind = external ? "external" : "document";
    snapshot.active.push_back(job);
    snapshot.newest.insert(snapshot.newest.end(), job);
  }
  snapshot.newest.push_back(external_job(number_of(streams), JobStatus::completed, clock.timestamp()));
  snapshot.newest.back().kind = external ? "external" : "document";
  snapshot.newest.back().external = external;
  snapshot.head = number_of(streams);
  snapshot.log.after = snapshot.head;
  snapshot.counts[status] = static_cast<std::int64_t>(streams);

  boost::asio::io_context context(1);
  NoLog log;
  push::StreamCounters counters;
  const push::QueueSetup queue{4, {{"document", {}}, {"external", {true, 0}}}};
  Shard shard(context, log, clock, snapshot, counters, queue, {64 * 1024 * 1024, 10s});
  const Nowhere nowhere;
  for (std::size_t i = 0; i < streams; ++i) {
    push::OpeningPlan plan;
    plan.chosen = push::ChosenJobs({{snapshot.active[i].id, number_of(i), false}});
    plan.cursor = snapshot.head;
    push::Greeting greeting;
    greeting.head = "HTTP/1.1 200 OK\r\n\r\n";
    shard.open_chosen(nowhere.connect(), push::StreamKind::job, greeting, std::move(plan));
  }
  const auto tell = [&] {
    const auto begin = SteadyClock::now();
    shard.tell_queue();
    return milliseconds(SteadyClock::now() - begin);
  };
  const auto first = tell();
  std::vector<double> rest;
  for (int second = 0; second < 15; ++second) {
    clock.advance(1s);
    rest.push_back(tell());
  }
  std::printf("queue, %zu streams on %s: %.2f ms a second (median of %zu, at most %.2f); telling all of them %.1f ms\n",
              shard.open_count(), what, median(rest), rest.size(), quantile(rest, 1), first);
}

}  // namespace
}  // namespace jobcast::bench

int main(int argc, char** argv) {
  using jobcast::JobStatus;
  const auto streams = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
  jobcast::bench::measure("running external jobs", streams, JobStatus::processing, true);
  jobcast::bench::measure("waiting external jobs", streams, JobStatus::pending, true);
  jobcast::bench::measure("waiting documents", streams, JobStatus::pending, false);
}
