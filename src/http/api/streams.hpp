#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "http/api/common.hpp"
#include "http/router.hpp"
#include "push/stream.hpp"

// Event streams over HTTP: choosing, admitting, refusing. The streams themselves live in push/.
namespace jobcast::http {

/// Which jobs a request chose by `filename` and `id`.
struct ChosenRefs {
  std::vector<JobRef> refs;  ///< distinct, in the order given
  std::size_t malformed_ids = 0;
  std::optional<std::string> first_filename;

  [[nodiscard]] std::size_t count() const { return refs.size() + malformed_ids; }
};

/// Refused: a name that no job can have, more than limits::stream_targets.
std::variant<ChosenRefs, Response> read_chosen_jobs(const Target& target);

/// The stream of /api/background-process: of the chosen jobs, or of all where none are chosen.
Task<Response> background_process_stream(Exchange& exchange, const ListParameters& list, ChosenRefs chosen);

/// A stream of chosen jobs; 404 or 204 where there is nothing to stream.
Task<Response> chosen_jobs_stream(Exchange& exchange, push::StreamKind kind, ChosenRefs chosen);

/// Why a request can't be served now.
struct Overload {
  unsigned status = 503;  ///< 429 or 503, for what is no stream
  std::string_view reason;
  std::chrono::seconds retry_after{1};
};

/// The answer to a request that can't be served now: a stream is told when to come back by a short stream of its
/// own, since EventSource never comes back from an error status; anything else gets the status and Retry-After.
Response overloaded(const Request& request, Services& services, const Overload& overload);

/// The head of an event stream's answer, its greeting, and what the client brought.
push::Greeting greeting_for(Exchange& exchange, const std::optional<std::string>& filename);

/// Makes the socket fit for a stream and hands it to `open`.
Response stream_response(Exchange& exchange, std::function<void(Descriptor)> open);

}  // namespace jobcast::http
