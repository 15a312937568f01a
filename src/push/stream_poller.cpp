#include "push/stream_poller.hpp"

#include <array>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <sys/epoll.h>

#include "push/stream.hpp"

namespace jobcast::push {
namespace {

constexpr std::size_t events_at_once = 256;

int make_epoll_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
  return set;
}

epoll_event event_of(Stream& stream, unsigned events) {
  epoll_event event{};
  event.events = events | EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &stream;
  return event;
}

}  // namespace

StreamPoller::StreamPoller(boost::asio::io_context& context) : set_(context, make_epoll_set()) {}

bool StreamPoller::add(int socket, Stream& stream) {
  auto event = event_of(stream, 0);
  if (::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0) return false;
  if (!waiting_) wait();
  return true;
}

void StreamPoller::watch_writes(int socket, Stream& stream) {
  auto event = event_of(stream, EPOLLOUT);
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, socket, &event);
}

void StreamPoller::remove(int socket) {
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
}

void StreamPoller::wait() {
  waiting_ = true;
  set_.async_wait(set_.wait_read, [this](boost::system::error_code error) {
    if (!error) serve();
  });
}

/// A stream that is closed here lives on until the io thread's loop has control again: the events at hand may name it.
void StreamPoller::serve() {
  std::array<epoll_event, events_at_once> events;
  const int ready = ::epoll_wait(set_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < ready; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    auto& stream = *static_cast<Stream*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0) stream.on_writable();
    if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) stream.on_readable();
  }
  wait();
}

}  // namespace jobcast::push
