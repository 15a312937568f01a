#include <algorithm>
#include <atomic>
#include <memory>

#include "jobcast/job_claims.hpp"
#include "jobcast/limits.hpp"

#include "base/text.hpp"
#include "http/api/common.hpp"
#include "http/api/endpoints.hpp"
#include "http/connection.hpp"
#include "http/json_body.hpp"

namespace jobcast::http {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// Reads the members of a claim, one after another, until one is bad.
class ClaimReader {
 public:
  ClaimReader(const json& object, const KindCatalog& kinds) : object_(object), kinds_(kinds) {}

  std::variant<ClaimRequest, Response> read() {
    request_.lease_time = limits::lease_time_default;
    read_kinds();
    read_worker();
    read_seconds("lease_seconds", 1, limits::lease_time_max, request_.lease_time);
    read_seconds("wait_seconds", 0, limits::claim_wait_max, request_.wait);
    if (!fault_.empty()) return invalid_parameter(fault_);
    return std::move(request_);
  }

 private:
  const json* given(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  void refuse(std::string fault) {
    if (fault_.empty()) fault_ = std::move(fault);
  }

  void read_kinds() {
    const auto* value = given("kinds");
    if (value == nullptr || !value->is_array() || value->empty()) {
      return refuse("kinds must be a list of the kinds of jobs that the worker takes");
    }
    for (const auto& kind : *value) {
      const auto info = kind.is_string() ? kinds_.find(kind.get_ref<const std::string&>()) : std::nullopt;
      if (!info || !info->external) return refuse("kinds: only external kinds that are configured can be claimed");
      request_.kinds.push_back(kind.get<std::string>());
    }
  }

  void read_worker() {
    const auto* value = given("worker");
    if (value == nullptr) return;
    if (!value->is_string() || value->get_ref<const std::string&>().size() > limits::worker_name_bytes) {
      return refuse("worker must be a string of at most " + std::to_string(limits::worker_name_bytes) + " bytes");
    }
    request_.worker = value->get<std::string>();
  }

  void read_seconds(const char* name, double low, std::chrono::seconds high, milliseconds& into) {
    const auto* value = given(name);
    if (value == nullptr) return;
    const double number = value->is_number() ? value->get<double>() : -1;
    if (!(number >= low && number <= static_cast<double>(high.count()))) {
      return refuse(std::string(name) + " must be a number from " + std::to_string(static_cast<int>(low)) + " to " +
                    std::to_string(high.count()));
    }
    into = milliseconds(static_cast<milliseconds::rep>(number * 1000));
  }

  const json& object_;
  const KindCatalog& kinds_;
  ClaimRequest request_;
  std::string fault_;
};

/// A claim that waits while its client may leave. What it gets then goes back.
class WaitingClaim : public std::enable_shared_from_this<WaitingClaim> {
 public:
  explicit WaitingClaim(JobClaims& claims) : claims_(claims) {}

  void ask(ClaimRequest request, JobClaims::Callback done) {
    const auto ticket = claims_.claim(std::move(request), [self = shared_from_this(), done](auto outcome) {
      if (outcome && *outcome && self->is_gone_.exchange(true)) {
        self->claims_.give_back(**outcome);
        outcome = std::optional<Claim>();
      }
      done(std::move(outcome));
    });
    ticket_ = ticket;
  }

  /// On the io thread, after ask().
  void client_is_gone() {
    is_gone_ = true;
    claims_.withdraw(ticket_);
  }

 private:
  JobClaims& claims_;
  JobClaims::Ticket ticket_ = 0;
  std::atomic<bool> is_gone_{false};  ///< or the claim was handed over already
};

Task<result<std::optional<Claim>>> wait_for_claim(Exchange& exchange, ClaimRequest request) {
  const auto waiting = std::make_shared<WaitingClaim>(exchange.services.claims);
  auto ask = [waiting, request = std::move(request), &connection = exchange.connection](auto done) mutable {
    waiting->ask(std::move(request), std::move(done));
    connection.watch_for_end([waiting] { waiting->client_is_gone(); });
  };
  auto outcome = co_await await_callback<result<std::optional<Claim>>>(exchange.executor, std::move(ask));
  exchange.connection.stop_watching();
  co_return outcome;
}

Response claimed(Exchange& exchange, const Claim& claim) {
  auto queue = exchange.shard.queue();
  std::string body = "{\"job\":";
  append_job_with_payload(body, claim.job, queue, claim.payload);
  body += ",\"lease\":\"" + claim.lease + "\"}";
  return json_outcome(200, std::move(body));
}

}  // namespace

Task<Response> post_claim(Exchange& exchange) {
  auto body = co_await read_json_object(exchange.body, exchange.services.config.limits.max_json_bytes);
  if (auto* refusal = std::get_if<Response>(&body)) co_return std::move(*refusal);
  auto request = ClaimReader(std::get<json>(body), exchange.services.kinds).read();
  if (auto* refusal = std::get_if<Response>(&request)) co_return std::move(*refusal);
  const auto outcome = co_await wait_for_claim(exchange, std::move(std::get<ClaimRequest>(request)));
  if (!outcome) co_return problem(outcome.error());
  if (*outcome) co_return claimed(exchange, **outcome);
  Response response;
  response.status = 204;
  co_return response;
}

}  // namespace jobcast::http
