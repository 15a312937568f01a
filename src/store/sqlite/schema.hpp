#pragma once

#include <string_view>

namespace jobcast {

/// Times are milliseconds since 1970 (UTC), statuses the numbers of JobStatus, event types those of EventType.
/// The changing fields of a job stand in `jobs` as they are now and in `events` as each event left them.
inline constexpr std::string_view schema_1 = R"sql(

CREATE TABLE jobs (
  created_seq       INTEGER PRIMARY KEY,
  id                TEXT NOT NULL UNIQUE,
  filename          TEXT NOT NULL,
  kind              TEXT NOT NULL,
  file_type         TEXT NOT NULL,
  external          INTEGER NOT NULL,
  has_input         INTEGER NOT NULL,
  max_retries       INTEGER NOT NULL,
  priority          INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  seq               INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  status            INTEGER NOT NULL CHECK (status BETWEEN 0 AND 4),
  description       TEXT NOT NULL,
  progress          INTEGER CHECK (progress BETWEEN 0 AND 100),
  total_chunks      INTEGER,
  processed_chunks  INTEGER,
  error             TEXT,
  retry_count       INTEGER NOT NULL,
  attempt           INTEGER NOT NULL,
  started_at        INTEGER,
  processed_at      INTEGER,
  next_retry_at     INTEGER,
  run_at            INTEGER,
  result_bytes      INTEGER NOT NULL DEFAULT 0,
  result            TEXT
) STRICT;
CREATE INDEX jobs_by_filename ON jobs (filename, created_seq);
CREATE INDEX jobs_by_status ON jobs (status, created_seq);

-- Apart from jobs, so that a progress report does not rewrite them.
CREATE TABLE payloads (
  job   INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
  text  TEXT NOT NULL
) STRICT;

CREATE TABLE chunks (
  job     INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
  number  INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  text    TEXT NOT NULL,
  UNIQUE (job, number)
) STRICT;

-- job is jobs.created_seq, of a deleted job too: then id and filename stand here, else in jobs.
CREATE TABLE events (
  seq               INTEGER PRIMARY KEY,
  job               INTEGER NOT NULL,
  type              INTEGER NOT NULL,
  at                INTEGER NOT NULL,
  status            INTEGER NOT NULL,
  description       TEXT NOT NULL,
  progress          INTEGER,
  total_chunks      INTEGER,
  processed_chunks  INTEGER,
  error             TEXT,
  retry_count       INTEGER NOT NULL,
  attempt           INTEGER NOT NULL,
  started_at        INTEGER,
  processed_at      INTEGER,
  next_retry_at     INTEGER,
  run_at            INTEGER,
  result_left_out   INTEGER NOT NULL,
  result            TEXT,
  id                TEXT,
  filename          TEXT
) STRICT;
CREATE INDEX events_by_job ON events (job, seq);

CREATE TABLE tombstones (
  created_seq  INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  filename     TEXT NOT NULL,
  deleted_seq  INTEGER NOT NULL,
  deleted_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX tombstones_by_filename ON tombstones (filename, created_seq);

-- The numbers that each start of the program has given to events; last < first where it has given none.
CREATE TABLE seq_ranges (
  first  INTEGER PRIMARY KEY,
  last   INTEGER NOT NULL
) STRICT;

-- Written to find out whether writing works.
CREATE TABLE probe (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  count  INTEGER NOT NULL
) STRICT;
INSERT INTO probe VALUES (1, 0);

)sql";

inline constexpr std::string_view schema_2 = R"sql(

-- Of claimed jobs while they run. How long each still lasts is known only while the program runs.
CREATE TABLE leases (
  job         INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
  lease       TEXT NOT NULL,
  worker      TEXT NOT NULL,
  lasts_ms    INTEGER NOT NULL
) STRICT;

-- A key outlives its jobs.
CREATE TABLE idempotency_keys (
  key      TEXT NOT NULL,
  job      INTEGER NOT NULL,
  made_at  INTEGER NOT NULL,
  PRIMARY KEY (key, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (made_at);

CREATE TABLE paused_kinds (
  kind  TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Up to scanned_through the log was searched for entries to forget. The highest number that is gone of jobs that are
-- gone too is forgotten_through; of the others it stands in forgotten_events.
CREATE TABLE retention (
  id                 INTEGER PRIMARY KEY CHECK (id = 1),
  scanned_through    INTEGER NOT NULL,
  forgotten_through  INTEGER NOT NULL
) STRICT;
INSERT INTO retention VALUES (1, 0, 0);

CREATE TABLE forgotten_events (
  job      INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
  through  INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_by_end ON jobs (processed_at) WHERE processed_at IS NOT NULL;

)sql";

}  // namespace jobcast
