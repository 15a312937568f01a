#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "http/api/common.hpp"

namespace jobcast::http {

/// What a request that makes jobs says of them, whichever way it says it.
struct JobRequest {
  std::optional<std::string> filename;
  std::optional<std::string> kind;
  std::optional<int> max_retries;
  std::optional<int> priority;
  std::optional<Timestamp> run_at;
  std::optional<std::string> payload;          ///< JSON text
  std::optional<std::string> idempotency_key;  ///< of the header Idempotency-Key

  /// Takes one form field or query parameter; unknown names are ignored. Gives the sentence that names a bad one.
  std::optional<std::string> take_text(std::string_view name, std::string_view value);

  /// Takes what the headers say.
  std::optional<std::string> take_headers(const Request& request);

  /// Takes all query parameters; form fields override them.
  std::optional<std::string> take_query(const Target& target);

  /// Takes the members of a JSON object.
  std::optional<std::string> take_json(const nlohmann::json& object);
};

/// The new job for the request, or the answer that refuses it: an unknown kind, a kind that needs a file and has
/// none, or does not take files of this type.
/// @param id          of the job, under which its file is kept where it has one
/// @param media_type  of the file; empty where there is none
std::variant<NewJob, Response> make_new_job(const JobRequest& request, const JobId& id, std::string filename,
                                            std::string media_type, const Services& services);

}  // namespace jobcast::http
