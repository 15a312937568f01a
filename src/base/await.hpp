#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/io_threads.hpp"

namespace jobcast {

/// A coroutine of an io thread.
template <class T>
using Task = boost::asio::awaitable<T, IoExecutor>;

inline constexpr boost::asio::use_awaitable_t<IoExecutor> use_task{};

// GCC 12 destroys some temporaries of an expression with co_await twice (its bugs 99576, 101367 and their kin). So
// in such an expression: no lambda that owns anything (name it first, or return the task from a plain function), no
// co_await in a conditional operator, in a switch's or in a loop's condition.

/// Suspends until a callback is called, from whatever thread, and resumes on the io thread of `executor`.
/// @param start  called at once with the callback to pass on; the callback is called exactly once
template <class T, class Start>
Task<T> await_callback(IoExecutor executor, Start start) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<IoExecutor>, void(T)>(
      [executor](auto handler, Start begin) {
        using Handler = decltype(handler);
        auto work = boost::asio::make_work_guard(executor);
        auto shared = std::make_shared<Handler>(std::move(handler));
        begin([executor, shared, work = std::move(work)](T value) mutable {
          boost::asio::post(executor, [shared, value = std::move(value)]() mutable { (*shared)(std::move(value)); });
        });
      },
      use_task, std::move(start));
}

/// Runs `work` on a thread of the pool and resumes with what it returns on the io thread of `executor`.
/// `work` must not throw.
template <class Work>
Task<std::invoke_result_t<Work>> run_on(boost::asio::thread_pool& pool, IoExecutor executor, Work work) {
  using Value = std::invoke_result_t<Work>;
  return await_callback<Value>(executor, [&pool, work = std::move(work)](auto done) mutable {
    boost::asio::post(pool, [work = std::move(work), done = std::move(done)]() mutable { done(work()); });
  });
}

}  // namespace jobcast
