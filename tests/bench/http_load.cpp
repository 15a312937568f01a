#include "http_load.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "http_client.hpp"

namespace jobcast::bench {
namespace {

/// All connections of a round and the epoll set that they are in.
class LoadGenerator {
 public:
  explicit LoadGenerator(const Load& load) : load_(load), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (poll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    request_ = load.request();
    for (int i = 0; i < load.connections; ++i) clients_.emplace_back(load.port);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(poll_, EPOLL_CTL_ADD, clients_[i].descriptor(), &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
      }
    }
  }
  ~LoadGenerator() { ::close(poll_); }
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  void begin() {
    for (auto& client : clients_) send_next(client);
  }

  /// Goes on until then; how many answers came.
  std::uint64_t run_until(SteadyClock::time_point end) {
    std::uint64_t answers = 0;
    std::array<epoll_event, 128> events{};
    while (SteadyClock::now() < end) {
      const int ready = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < ready; ++i) {
        auto& client = clients_[events[static_cast<std::size_t>(i)].data.u64];
        client.receive();
        if (!take_answer(client.received())) continue;
        ++answers;
        send_next(client);
      }
    }
    return answers;
  }

 private:
  void send_next(HttpClient& client) {
    if (load_.changes) request_ = load_.request();
    client.send(request_);
  }

  static bool take_answer(std::string& received) {
    const auto answer = find_answer(received);
    if (!answer || received.size() < answer->total_bytes) return false;
    if (answer->status >= 400) throw std::runtime_error("refused: " + received);
    if (received.size() > answer->total_bytes) throw std::runtime_error("more than one answer to a request");
    received.clear();
    return true;
  }

  const Load& load_;
  int poll_;
  std::string request_;
  std::vector<HttpClient> clients_;
};

}  // namespace

LoadResult run_load(const Load& load, const std::function<double()>& processor_seconds) {
  LoadGenerator generator(load);
  generator.begin();
  generator.run_until(SteadyClock::now() + load.warm_up);
  const auto begin = SteadyClock::now();
  const double before = processor_seconds();
  const auto answers = static_cast<double>(generator.run_until(begin + load.time));
  const double taken = processor_seconds() - before;
  return {answers / seconds(SteadyClock::now() - begin), taken * 1e6 / answers};
}

}  // namespace jobcast::bench
