#pragma once

#include <array>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <deque>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>

#include "framed.hpp"
#include "push/shard.hpp"
#include "support/manual_clock.hpp"

namespace jobcast::push {

/// A log in memory. Answers at once, or, while `hold` is set, when release() is called.
class FakeEventLog final : public EventLog {
 public:
  std::vector<EventPtr> events;  ///< in rising seq
  Opening opening;               ///< the answer to open()
  std::optional<Error> failure;  ///< the answer to replay() instead
  bool hold = false;
  int openings = 0;
  int replays = 0;

  void open(std::vector<JobRef> /*targets*/, std::optional<Seq> /*after*/, Callback<Opening> done) override {
    ++openings;
    answer([done, told = opening] { done(told); });
  }

  void replay(ReplayQuery query, Callback<ReplayWindow> done) override {
    ++replays;
    if (failure) return answer([done, error = *failure] { done(error); });
    ReplayWindow window;
    window.through = query.after;
    for (const auto& event : events) {
      if (event->job.seq <= query.after) continue;
      if (window.events.size() == query.max_events) break;
      window.through = event->job.seq;
      if (concerns(query, event->job)) window.events.push_back(event);
    }
    window.at_head = events.empty() || window.through == events.back()->job.seq;
    answer([done, window] { done(window); });
  }

  void history(JobId /*id*/, Seq /*after*/, std::size_t /*limit*/, Callback<std::vector<HistoryEntry>> done) override {
    done(Error{errc::internal, "not of this log"});
  }

  /// Gives the oldest answer that is held.
  void release() {
    const auto held = std::move(held_.front());
    held_.pop_front();
    held();
  }
  [[nodiscard]] std::size_t held() const { return held_.size(); }

 private:
  static bool concerns(const ReplayQuery& query, const Job& job) {
    for (std::size_t i = 0; i < query.targets.size(); ++i) {
      const auto* id = std::get_if<JobId>(&query.targets[i]);
      if (id != nullptr ? *id == job.id
                        : std::get<std::string>(query.targets[i]) == job.filename &&
                              job.created_seq >= query.watched_created_seq[i]) {
        return true;
      }
    }
    return false;
  }

  void answer(std::function<void()> give) { hold ? held_.push_back(std::move(give)) : give(); }

  std::deque<std::function<void()>> held_;
};

/// The client's end of a stream, over a real connection.
class StreamClient {
 public:
  StreamClient(boost::asio::io_context& context, TcpSocket socket) : context_(context), socket_(std::move(socket)) {}

  /// Runs the server and reads until the condition holds; fails the test after ten seconds.
  void read_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "so far: " << bytes_;
      context_.restart();
      context_.poll();
      receive();
    }
  }

  /// What the server has written so far, which over loopback is there to be read.
  void read_some() {
    context_.restart();
    context_.poll();
    receive();
  }

  void read_until_event(const std::string& last) {
    read_until([&] {
      const auto all = events();
      return !all.empty() && all.back() == last;
    });
  }

  void read_to_end() {
    read_until([&] { return ended_; });
  }

  void send(const std::string& text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
  void close() { socket_.close(); }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

  /// The head of the answer is this, as the tests give it.
  static constexpr std::string_view head = "HTTP/1.1 200 OK\r\n\r\n";

  /// The payload so far: without the head, and without chunk framing where there is any.
  [[nodiscard]] std::string payload(bool chunked = true) const {
    if (bytes_.size() < head.size()) return {};
    std::string_view rest = std::string_view(bytes_).substr(head.size());
    if (!chunked) return std::string(rest);
    std::string payload;
    while (true) {
      const auto line = rest.find("\r\n");
      if (line == std::string_view::npos) return payload;
      const auto size = std::stoul(std::string(rest.substr(0, line)), nullptr, 16);
      rest.remove_prefix(line + 2);
      payload += rest.substr(0, size);
      if (rest.size() < size + 2) return payload;
      rest.remove_prefix(size + 2);
    }
  }

  /// The complete events so far, each as its name and its id: "status 12".
  [[nodiscard]] std::vector<std::string> events(bool chunked = true) const {
    std::vector<std::string> names;
    const auto all = payload(chunked);
    std::size_t begin = 0;
    for (auto end = all.find("\n\n"); end != std::string::npos; end = all.find("\n\n", begin)) {
      const auto block = '\n' + all.substr(begin, end - begin) + '\n';
      const auto id = field(block, "\nid: ");
      names.push_back(field(block, "\nevent: ") + (id.empty() ? "" : ' ' + id));
      begin = end + 2;
    }
    return names;
  }

  /// The number behind the last `retry:` so far.
  [[nodiscard]] int retry() const {
    const auto all = payload();
    return std::stoi(all.substr(all.rfind("retry: ") + 7));
  }

 private:
  static std::string field(const std::string& block, const std::string& name) {
    const auto at = block.find(name);
    if (at == std::string::npos) return {};
    return block.substr(at + name.size(), block.find('\n', at + 1) - at - name.size());
  }

  void receive() {
    pollfd ready{socket_.native_handle(), POLLIN, 0};
    if (::poll(&ready, 1, 1) <= 0) return;
    std::array<char, 65536> buffer;
    auto got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    for (; got > 0; got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT)) {
      bytes_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    if (got == 0 || errno != EAGAIN) ended_ = true;
  }

  boost::asio::io_context& context_;
  TcpSocket socket_;
  std::string bytes_;
  bool ended_ = false;
};

/// A shard whose io_context runs on the test's own thread.
class ShardTest : public testing::Test {
 protected:
  /// One running job of name "a", created by event 1 and as of event 10. Numbers of this start begin with 5.
  static StoreSnapshot one_running_job() {
    StoreSnapshot snapshot;
    snapshot.newest = {running_job()};
    snapshot.counts[JobStatus::processing] = 1;
    snapshot.head = 10;
    snapshot.log.after = 10;
    snapshot.first = 5;
    return snapshot;
  }
  static Job running_job() { return at_seq(make_job(1, "a"), 10, JobStatus::processing); }

  void make_shard(const StoreSnapshot& snapshot, ShardOptions options = {}) {
    if (options.stall.count() == 0) options.stall = std::chrono::seconds(10);
    shard.emplace(context, log, clock, snapshot, counters, queue, options);
  }

  /// Commits events: to the log, and to the shard.
  void publish(std::vector<EventPtr> events) {
    auto batch = std::make_shared<FramedBatch>();
    for (auto& event : events) {
      batch->push_back(framed(event));
      log.events.push_back(std::move(event));
    }
    shard->publish(batch);
  }

  void run_ready() {
    context.restart();
    context.poll();
  }

  OpeningPlan plan(const std::vector<JobRef>& refs, std::optional<Seq> after = {}) {
    std::optional<OpeningPlan> planned;
    shard->plan(refs, after, [&](result<OpeningPlan> plan) { planned = std::move(plan.value()); });
    while (!planned) run_ready();
    return std::move(*planned);
  }

  /// A connection: the client's end, and the server's for the shard to take.
  std::pair<StreamClient, Descriptor> connect(int buffer_bytes = 0) {
    using boost::asio::ip::tcp;
    boost::asio::basic_socket_acceptor<tcp, IoExecutor> acceptor(
        context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    TcpSocket client(context);
    client.open(tcp::v4());
    if (buffer_bytes > 0) client.set_option(boost::asio::socket_base::receive_buffer_size(buffer_bytes));
    client.connect(acceptor.local_endpoint());
    TcpSocket server = acceptor.accept();
    if (buffer_bytes > 0) server.set_option(boost::asio::socket_base::send_buffer_size(buffer_bytes));
    return {StreamClient(context, std::move(client)), Descriptor(server.release())};
  }

  static Greeting greeting(bool chunked = true) {
    Greeting greeting;
    greeting.head = StreamClient::head;
    greeting.client_id = "me";
    greeting.chunked = chunked;
    return greeting;
  }

  StreamClient open(OpeningPlan plan, bool chunked = true) {
    auto [client, socket] = connect();
    shard->open_chosen(std::move(socket), StreamKind::job, greeting(chunked), std::move(plan));
    return std::move(client);
  }

  static EventPtr progress(Seq seq) {
    return make_event(EventType::progress, at_seq(running_job(), seq, JobStatus::processing), JobStatus::processing);
  }
  static EventPtr moved(Seq created, Seq seq, JobStatus status, const std::string& filename = "a") {
    return make_event(EventType::moved, at_seq(make_job(created, filename), seq, status), JobStatus::processing);
  }
  static EventPtr created(Seq seq, const std::string& filename = "a") {
    return make_event(EventType::created, make_job(seq, filename));
  }
  static EventPtr deleted(Seq created, Seq seq) {
    return make_event(EventType::deleted, at_seq(make_job(created, "a"), seq, JobStatus::completed),
                      JobStatus::completed);
  }

  ManualClock clock;
  boost::asio::io_context context;
  FakeEventLog log;
  StreamCounters counters;
  QueueSetup queue{1, {{"document", {}}, {"external", {true, 0}}}};
  std::optional<Shard> shard;
};

}  // namespace jobcast::push
