-- The truth about jobs. Two rules shape it:
--   * The hot columns of job (state, session, attempt, ...) stand in no index, so the two updates of a
--     job's life stay on its heap page (HOT). What must be found by state has a narrow table of its
--     own, with one row per batch where that is possible, never one per job.
--   * Everything kept per job is range-partitioned by its UUIDv7 id, one partition a day: an id finds
--     its partition, pages go by the primary key, retention drops whole partitions.

CREATE TYPE job_state AS ENUM (
  'BLOCKED', 'SCHEDULED', 'READY', 'RUNNING', 'WAITING',
  'SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED');

CREATE TYPE worker_state AS ENUM ('LIVE', 'DRAINING', 'LEFT', 'DEAD');

-- The day of a job's id, in UTC: which partition it is in.
CREATE FUNCTION job_day(id uuid) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (uuid_extract_timestamp(id) AT TIME ZONE 'UTC')::date;

-- The types that workers have announced they can run; the API admits submissions by it.
CREATE TABLE job_type (
  name           text PRIMARY KEY,
  version        integer NOT NULL CHECK (version >= 1),
  workload       text NOT NULL CHECK (workload IN ('IO', 'CPU')),
  pool           text NOT NULL,
  max_attempts   integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
  timeout_millis bigint NOT NULL CHECK (timeout_millis > 0),
  payload_schema text NOT NULL,
  updated_at     timestamptz NOT NULL DEFAULT now()
);

-- One row per worker process and life. A worker that was declared dead and comes back gets a new row.
CREATE TABLE worker (
  session    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL,
  pools      text[] NOT NULL,
  slots      integer NOT NULL CHECK (slots > 0),
  running    integer NOT NULL DEFAULT 0,
  state      worker_state NOT NULL DEFAULT 'LIVE',
  started_at timestamptz NOT NULL DEFAULT now(),
  beat_at    timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE TABLE job (
  id             uuid NOT NULL,
  tenant         text NOT NULL,
  type           text NOT NULL,
  pool           text NOT NULL,
  priority       smallint NOT NULL CHECK (priority BETWEEN 0 AND 3),
  state          job_state NOT NULL,
  attempt        integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  failures       integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  max_attempts   integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
  timeout_millis bigint NOT NULL CHECK (timeout_millis > 0),
  session        bigint,
  created_at     timestamptz NOT NULL DEFAULT now(),
  ready_at       timestamptz,
  started_at     timestamptz,
  finished_at    timestamptz,
  traceparent    text,
  payload        json NOT NULL,
  result         json,
  error_kind     text,
  error_message  text,
  error_attempt  integer,
  PRIMARY KEY (id),
  CONSTRAINT job_session_while_running CHECK ((state = 'RUNNING') = (session IS NOT NULL)),
  CONSTRAINT job_finished_when_final CHECK (
    (state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')) = (finished_at IS NOT NULL)),
  CONSTRAINT job_failed_says_why CHECK (state <> 'FAILED' OR error_kind IS NOT NULL),
  CONSTRAINT job_failures_bounded CHECK (failures <= max_attempts),
  CONSTRAINT job_running_has_attempt CHECK (state <> 'RUNNING' OR attempt > 0)
) PARTITION BY RANGE (id);

COMMENT ON COLUMN job.attempt IS 'Number of the latest start, from 1; with session, the fence of every write of a worker.';
COMMENT ON COLUMN job.failures IS 'Starts that count against max_attempts; a job handed back by a draining worker costs none.';

-- The latest progress of a job; written at most twice a second per job, away from the job row.
CREATE TABLE job_progress (
  job_id     uuid NOT NULL,
  attempt    integer NOT NULL,
  fraction   real NOT NULL CHECK (fraction BETWEEN 0 AND 1),
  message    text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id)
) PARTITION BY RANGE (job_id);

-- Lines a handler logged for its job's reader.
CREATE TABLE job_log (
  job_id  uuid NOT NULL,
  attempt integer NOT NULL,
  line_no integer NOT NULL,
  at      timestamptz NOT NULL,
  line    text NOT NULL,
  PRIMARY KEY (job_id, attempt, line_no)
) PARTITION BY RANGE (job_id);

-- Due times of SCHEDULED jobs, and only of those: jobs that run at once never touch it.
CREATE TABLE job_timer (
  run_at timestamptz NOT NULL,
  job_id uuid NOT NULL,
  PRIMARY KEY (run_at, job_id)
);

-- Batches of jobs that became READY and are not known to be announced on Kafka yet.
CREATE TABLE outbox (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due_at  timestamptz NOT NULL,
  job_ids uuid[] NOT NULL
);

COMMENT ON COLUMN outbox.due_at IS 'When a relay may announce it again; until then the process that wrote it is trusted to do so.';

-- Batches of jobs a worker session has claimed and not finished; how a dead session''s jobs are found.
CREATE TABLE claim (
  session bigint NOT NULL,
  batch   bigint NOT NULL,
  job_ids uuid[] NOT NULL,
  PRIMARY KEY (session, batch)
);

-- Counts of jobs by queue, day of their id and state. Every statement that moves jobs adds a few rows
-- to queue_delta in its own transaction; upkeep folds them into queue_count. The truth is the sum.
CREATE TABLE queue_count (
  pool     text NOT NULL,
  priority smallint NOT NULL,
  day      date NOT NULL,
  state    job_state NOT NULL,
  jobs     bigint NOT NULL,
  PRIMARY KEY (pool, priority, day, state)
) WITH (fillfactor = 50);

CREATE TABLE queue_delta (
  pool     text NOT NULL,
  priority smallint NOT NULL,
  day      date NOT NULL,
  state    job_state NOT NULL,
  jobs     bigint NOT NULL
);

-- Small tables with much turnover: vacuum them by count, not by share of a size they never reach.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE claim SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE queue_delta SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE worker SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);
ALTER TABLE job_timer SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
