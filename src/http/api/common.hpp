#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "jobcast/command.hpp"
#include "jobcast/job_store.hpp"

#include "http/problem.hpp"
#include "http/router.hpp"

// What several endpoint groups share: awaiting the store, reading parameters, the texts of lists.
namespace jobcast::http {

/// Suspends until the command is committed (or refused).
Task<result<CommandOutcome>> submit(Exchange& exchange, Command command);

/// One job as the database has it, with its whole result.
Task<result<Job>> find_job(Exchange& exchange, JobRef ref);

/// A page of jobs from the database.
Task<result<JobPage>> list_jobs(Exchange& exchange, ListQuery query);

/// The job of the path's {id}; a malformed id is one that no job has.
Task<result<Job>> find_job_of_path(Exchange& exchange);

/// The path's {id}, or the 404.
std::variant<JobId, Response> id_of_path(const Exchange& exchange);

/// The error for an id that no job has.
Error no_such_job();

/// A whole number between `low` and `high`, written in decimal digits and nothing else.
template <class T>
std::optional<T> parse_integer(std::string_view text, T low, T high) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) return {};
  return value;
}

/// Why a filename can't be taken (contract, section 4, "Names"); nothing where it can.
std::optional<std::string> find_filename_fault(std::string_view filename);

/// The parameters that all lists take.
struct ListParameters {
  std::optional<JobStatus> status;
  std::size_t limit = 0;
  Seq before = 0;  ///< from the cursor
};

/// Reads status, limit (1 to `max_limit`) and cursor, or gives the 400 that names the bad one.
std::variant<ListParameters, Response> read_list_parameters(const Target& target, std::size_t default_limit,
                                                            std::size_t max_limit);

/// Appends "jobs":[…],"next_cursor":…; waiting and running jobs tell their place in the queue.
void append_page(std::string& out, const JobPage& page, push::QueueView queue);

/// Removes what the data directory keeps of jobs that are gone.
Task<void> remove_files(Exchange& exchange, const std::vector<Job>& jobs);

/// Appends the job as append_job_json does, with its place in the queue.
void append_job(std::string& out, const Job& job, push::QueueView& queue, bool whole_result = false);

/// The same with the whole result, and with what the job was made with where there is any.
void append_job_with_payload(std::string& out, const Job& job, push::QueueView& queue,
                             const std::optional<std::string>& payload);

/// {"job":…} with the given status.
Response job_response(Exchange& exchange, unsigned status, const Job& job);

}  // namespace jobcast::http
