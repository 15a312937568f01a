#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace jobcast {

/// The executor of one io thread. Concrete instead of any_io_executor: no indirect call an operation.
using IoExecutor = boost::asio::io_context::executor_type;
using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, IoExecutor>;

/// N threads that run one io_context each. What is bound to a context is touched by its thread alone.
class IoThreads {
 public:
  explicit IoThreads(unsigned count);

  /// Stops and joins.
  ~IoThreads();

  [[nodiscard]] std::size_t size() const { return contexts_.size(); }
  [[nodiscard]] boost::asio::io_context& context(std::size_t index) { return *contexts_[index]; }

  void start();

  /// Abandons what the contexts still have to do, and joins. From a thread of the caller's own.
  void stop();

 private:
  using WorkGuard = boost::asio::executor_work_guard<IoExecutor>;

  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<WorkGuard> guards_;
  std::vector<std::thread> threads_;
};

}  // namespace jobcast
