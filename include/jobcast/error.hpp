#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace jobcast {

/// Every way in which a request to one of our parts can be refused. Closed: HTTP maps each to one
/// status and one stable code (http/problem.cpp).
enum class errc : std::uint8_t {
  invalid_parameter,     ///< a value is malformed or out of range
  payload_too_large,     ///< a field is over its limit
  job_not_found,         ///< no job of that id or name
  invalid_transition,    ///< the job's state does not allow it
  not_external,          ///< PATCH on a job that the server runs itself
  stale_attempt,         ///< a report of an attempt that is over
  lease_required,        ///< the job is leased, and its lease was not told
  stale_lease,           ///< the lease does not hold (any more)
  result_not_ready,      ///< asked for the result of a job that has not completed
  handler_missing,       ///< no handler of that kind is configured
  media_type_refused,    ///< the kind does not take files of this type
  input_missing,         ///< the job's file is gone
  idempotency_key_used,  ///< by a creation whose jobs are gone
  queue_full,            ///< too many commands or jobs wait; try again later
  storage_unavailable,   ///< the database can't be read or written now
  storage_full,          ///< no disk space is left
  shutting_down,         ///< the server is stopping
  internal,              ///< a defect of ours; the log says more
};

/// An errc and one sentence for whoever caused it. The cause for operators goes to the log instead.
struct Error {
  errc code = errc::internal;
  std::string message;
};

/// Thrown only by result::value() on an error, that is by code which knows that there is none.
class ErrorException : public std::runtime_error {
 public:
  explicit ErrorException(const Error& error) : std::runtime_error(error.message) {}
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location& /*where*/) {
  throw ErrorException(error);
}

template <class T>
using result = boost::system::result<T, Error>;

}  // namespace jobcast
