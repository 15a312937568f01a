#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every fixed bound of the program; what can be configured is in config.hpp, with its default here.
/// Beside each: what happens when it is reached.
namespace jobcast::limits {

using namespace std::chrono_literals;

// ---- jobs
inline constexpr std::size_t filename_bytes = 255;             ///< beyond: 400 invalid_parameter
inline constexpr std::size_t message_bytes = 4 * 1024;         ///< beyond: cut at a character
inline constexpr std::size_t inline_result_bytes = 16 * 1024;  ///< beyond: only in GET /api/jobs/ID
inline constexpr std::size_t result_bytes = 256 * 1024;        ///< beyond: 413
inline constexpr int max_retries = 100;                        ///< beyond: 400 invalid_parameter
inline constexpr int priority_range = 100;                     ///< beyond +-: 400 invalid_parameter
inline constexpr std::size_t idempotency_key_bytes = 255;      ///< beyond: 400 invalid_parameter
inline constexpr auto idempotency_key_kept = 24h;              ///< older ones are forgotten

// ---- store
inline constexpr std::size_t command_queue = 16 * 1024;                 ///< commands waiting; beyond: errc::queue_full
inline constexpr std::size_t command_queue_bytes = 64 * 1024 * 1024;    ///< their payload; beyond: errc::queue_full
inline constexpr std::size_t group_commands = 1024;                     ///< commands in one transaction; the rest wait
inline constexpr std::size_t group_bytes = 4 * 1024 * 1024;             ///< their payload; the rest wait
inline constexpr std::size_t untold_groups = 4;                         ///< committed, nobody told; the writer waits
inline constexpr std::size_t reader_queue = 16 * 1024;                  ///< reads waiting; beyond: errc::queue_full
inline constexpr std::size_t readers = 2;                               ///< read-only connections and threads
inline constexpr std::int64_t wal_checkpoint_bytes = 16 * 1024 * 1024;  ///< beyond: checkpoint

inline constexpr std::size_t steer_step = 500;  ///< jobs changed by one command of many
inline constexpr std::size_t prune_step = 500;  ///< rows forgotten in one transaction

// ---- lists
inline constexpr std::size_t page_default = 100;
inline constexpr std::size_t page_max = 1000;  ///< beyond: 400 invalid_parameter
inline constexpr std::size_t admin_jobs_default = 50;
inline constexpr std::size_t admin_jobs_max = 500;  ///< beyond: 400 invalid_parameter

// ---- streams
inline constexpr std::size_t stream_targets = 100;             ///< jobs chosen by one stream; beyond: 400
inline constexpr std::size_t replay_window_bytes = 64 * 1024;  ///< read from the log at once
inline constexpr std::size_t replay_window_events = 256;
inline constexpr std::size_t merge_queue_bytes = 64 * 1024;  ///< from here on progress gives way
inline constexpr std::size_t kept_round_events = 16;         ///< room that a watched job keeps for its events
inline constexpr auto send_slice = 1ms;                      ///< sending at a stretch, until others have a turn
inline constexpr auto send_slice_late = 5ms;                 ///< the same where events have waited for send_late
inline constexpr auto send_late = 10ms;
inline constexpr std::size_t streams_at_once = 64;  ///< that are replayed or ended until others have a turn
inline constexpr std::size_t recent_events = 4096;  ///< kept in memory a shard for resumes
inline constexpr std::size_t recent_event_bytes = 4 * 1024 * 1024;
inline constexpr std::size_t board_jobs = 10'000;            ///< newest jobs kept in memory; older: database
inline constexpr std::size_t client_id_bytes = 128;          ///< beyond: cut at a character
inline constexpr std::size_t stream_input_bytes = 4 * 1024;  ///< sent by a watcher; beyond: closed
inline constexpr auto heartbeat_interval = 15s;
inline constexpr auto summary_interval = 1s;       ///< between two status_summary events
inline constexpr auto dashboard_interval = 200ms;  ///< between two status_update events

// ---- queue
inline constexpr std::size_t queue_lanes = 64;  ///< of a kind that are looked at for an eta; of more, a sample
inline constexpr auto stall_least = 5s;         ///< progress may stand still for so long, whatever was usual
inline constexpr int stall_factor = 4;          ///< and for so many times the longest that was usual
inline constexpr auto queue_eta_slack = 2s;     ///< an eta that moves by less than this and queue_eta_share is kept
inline constexpr double queue_eta_share = 0.2;

// ---- HTTP
inline constexpr std::size_t json_depth = 64;                     ///< nested levels; beyond: 413
inline constexpr std::size_t multipart_header_bytes = 16 * 1024;  ///< of one part; beyond: 400
inline constexpr std::size_t multipart_parts = 1000;              ///< beyond: 400
inline constexpr std::size_t form_field_bytes = 64 * 1024;        ///< of one plain field; beyond: 413
inline constexpr std::size_t drain_bytes = 16 * 1024 * 1024;      ///< read away after an early answer; beyond: closed
inline constexpr auto drain_time = 5s;

// ---- tokens and sessions
inline constexpr std::size_t token_bytes_min = 16;             ///< shorter: refused at start
inline constexpr std::size_t token_bytes_max = 1024;           ///< longer: refused at start
inline constexpr std::uint64_t session_json_bytes = 8 * 1024;  ///< the body that opens a session; beyond: 413
inline constexpr std::chrono::seconds session_time = 12h;      ///< after it the token is asked for again

// ---- claims
inline constexpr std::size_t claims_waiting = 10'000;  ///< workers outside that wait for a job; beyond: 503
inline constexpr std::size_t worker_name_bytes = 255;  ///< beyond: 400 invalid_parameter
inline constexpr auto claim_wait_max = 60s;            ///< beyond: 400 invalid_parameter
inline constexpr auto lease_time_max = 24h;            ///< beyond: 400 invalid_parameter
inline constexpr auto lease_time_default = 60s;

// ---- work
inline constexpr std::size_t chunk_bytes = 64 * 1024;  ///< of text in one chunk of a document
inline constexpr std::size_t log_bytes = 256 * 1024;   ///< kept of what a handler wrote
inline constexpr auto retry_delay_first = 1s;
inline constexpr auto retry_delay_max = 30s;
inline constexpr double retry_jitter = 0.2;

}  // namespace jobcast::limits
