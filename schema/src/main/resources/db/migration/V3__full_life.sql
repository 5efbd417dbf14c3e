-- The full life of a job: its numbered history, cancelling, deadlines, limits, fairness, schedules,
-- dead letters, tenants. The rules of V1 stand: hot columns in no index, one row per batch where
-- that is possible, everything kept per job partitioned by the day of its id.

-- ---- jobs ----------------------------------------------------------------------------------------

ALTER TABLE job
  -- Holds permits of a limit: rows in permit. False for jobs no limit applies to.
  ADD COLUMN limited              boolean NOT NULL DEFAULT false,
  -- Times a worker died while it ran the job; at two it goes to the quarantine lane.
  ADD COLUMN crashes              integer NOT NULL DEFAULT 0 CHECK (crashes >= 0),
  -- When a SCHEDULED job is due; a timer row of another time is out of date.
  ADD COLUMN run_at               timestamptz,
  ADD COLUMN deadline             timestamptz,
  ADD COLUMN queue_timeout_millis bigint CHECK (queue_timeout_millis > 0),
  -- Longest silence between two progress reports of a running attempt.
  ADD COLUMN heartbeat_millis     bigint CHECK (heartbeat_millis > 0),
  -- The submission's own retry policy; null takes the type's.
  ADD COLUMN retry                text,
  ADD COLUMN labels               jsonb,
  ADD COLUMN parent               uuid,
  -- What made the job when that was not a caller: 'schedule:<name>'.
  ADD COLUMN origin               text,
  ADD COLUMN cancel_requested_at  timestamptz,
  ADD COLUMN cancel_reason        text,
  -- Number of the latest event; events of a job are numbered from 1 without a gap.
  ADD COLUMN events               integer NOT NULL DEFAULT 0 CHECK (events >= 0),
  -- The moves of the job, a line each, oldest first: see history_line. The oldest lines go when it
  -- grows beyond its bound.
  ADD COLUMN history              text NOT NULL DEFAULT '',
  ADD CONSTRAINT job_limited_while_claimable CHECK (NOT limited OR state IN ('READY', 'RUNNING')),
  ADD CONSTRAINT job_scheduled_has_time CHECK (state <> 'SCHEDULED' OR run_at IS NOT NULL) NOT VALID;

-- Jobs that waited for their time before this migration.
UPDATE job SET run_at = t.run_at FROM job_timer t WHERE t.job_id = job.id AND job.state = 'SCHEDULED';
ALTER TABLE job VALIDATE CONSTRAINT job_scheduled_has_time;

-- One event as a line of text: [number, milliseconds since 1970, kind, attempt, detail].
CREATE FUNCTION history_line(n integer, kind text, attempt integer, detail json) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN json_build_array(n, (extract(epoch FROM now()) * 1000)::bigint, kind, attempt, detail)::text
         || E'\n';

-- A history with a line more; when it is longer than 48,000 characters, its older half goes.
CREATE FUNCTION history_add(history text, line text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN length(history) <= 48000 THEN history
              ELSE substr(history, 24000 + strpos(substr(history, 24000), E'\n')) END || line;

-- Events that are no moves: progress and partial output; numbered together with the moves.
CREATE TABLE job_event (
  job_id  uuid NOT NULL,
  n       integer NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  kind    text NOT NULL,
  attempt integer NOT NULL,
  detail  json,
  PRIMARY KEY (job_id, n)
) PARTITION BY RANGE (job_id);

ALTER TABLE job_progress ADD COLUMN counters json;

-- A small document of a handler that its next attempt receives.
CREATE TABLE job_checkpoint (
  job_id   uuid NOT NULL,
  attempt  integer NOT NULL,
  document json NOT NULL,
  saved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id)
) PARTITION BY RANGE (job_id);

-- Whom a cancelled parent takes along; partitioned by the parent.
CREATE TABLE job_child (
  parent uuid NOT NULL,
  child  uuid NOT NULL,
  PRIMARY KEY (parent, child)
) PARTITION BY RANGE (parent);

-- Timers: RUN of SCHEDULED jobs, DEADLINE, and QUEUE, the longest wait for a first start.
ALTER TABLE job_timer ADD COLUMN kind text NOT NULL DEFAULT 'RUN'
  CHECK (kind IN ('RUN', 'DEADLINE', 'QUEUE'));
ALTER TABLE job_timer DROP CONSTRAINT job_timer_pkey;
ALTER TABLE job_timer ADD PRIMARY KEY (run_at, job_id, kind);

-- What a running job is to be told, read by its worker twice a second.
CREATE TABLE job_signal (
  session bigint NOT NULL,
  job_id  uuid NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('CANCEL', 'DEADLINE')),
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session, job_id)
);

-- Keys under which callers may send the same submission again.
CREATE TABLE idempotency_key (
  tenant       text NOT NULL,
  operation    text NOT NULL,
  key          text NOT NULL,
  request_hash bytea NOT NULL,
  job_id       uuid NOT NULL,
  -- The state the first answer told.
  state        job_state NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant, operation, key)
);
CREATE INDEX idempotency_key_expires_at_idx ON idempotency_key (expires_at);

-- ---- types and workers ---------------------------------------------------------------------------

ALTER TABLE job_type
  ADD COLUMN on_worker_death  text NOT NULL DEFAULT 'RETRY'
    CHECK (on_worker_death IN ('RETRY', 'FAIL', 'ASK')),
  ADD COLUMN heartbeat_millis bigint CHECK (heartbeat_millis > 0),
  -- The type's retry policy, for show; the worker decides by its own.
  ADD COLUMN retry            text;

ALTER TABLE worker
  -- Slots of each of its pools, in the order of pools.
  ADD COLUMN pool_slots integer[] NOT NULL DEFAULT '{}',
  -- A process that runs the quarantine lane and nothing else.
  ADD COLUMN quarantine boolean NOT NULL DEFAULT false;

-- Who does the upkeep: one process at a time, by the database's clock.
CREATE TABLE leader (
  name   text PRIMARY KEY,
  holder text NOT NULL,
  until  timestamptz NOT NULL
);

-- ---- limits and fairness -------------------------------------------------------------------------

-- Limits on what runs at once and on starts per interval, of a tenant or of a type.
CREATE TABLE run_limit (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope       text NOT NULL CHECK (scope IN ('TENANT', 'TYPE')),
  subject     text NOT NULL,
  max_running integer CHECK (max_running >= 0),
  rate_starts integer CHECK (rate_starts > 0),
  rate_millis bigint CHECK (rate_millis > 0),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (scope, subject),
  CHECK ((rate_starts IS NULL) = (rate_millis IS NULL)),
  CHECK (max_running IS NOT NULL OR rate_starts IS NOT NULL),
  CHECK (rate_starts IS NULL OR scope = 'TYPE')
);

-- Places taken under a limit. RUN: from admission until the job leaves READY and RUNNING. RATE: from
-- admission until rate_millis after the start; free_at is null until the job starts.
CREATE TABLE permit (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  limit_id integer NOT NULL REFERENCES run_limit ON DELETE CASCADE,
  kind     text NOT NULL CHECK (kind IN ('RUN', 'RATE')),
  job_id   uuid NOT NULL,
  free_at  timestamptz CHECK (kind = 'RATE' OR free_at IS NULL)
);
CREATE INDEX permit_limit_idx ON permit (limit_id, kind);
CREATE INDEX permit_job_idx ON permit (job_id);

-- BLOCKED jobs that wait for a place under a limit.
CREATE TABLE job_blocked (
  job_id   uuid PRIMARY KEY,
  tenant   text NOT NULL,
  type     text NOT NULL,
  pool     text NOT NULL,
  priority smallint NOT NULL,
  since    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_blocked_type_idx ON job_blocked (type, tenant, priority, job_id);
CREATE INDEX job_blocked_tenant_idx ON job_blocked (tenant, priority, job_id);

-- BLOCKED jobs that wait for the quarantine lane.
CREATE TABLE job_quarantine (
  job_id uuid PRIMARY KEY,
  since  timestamptz NOT NULL DEFAULT now()
);

-- Where a job goes that could run now: READY, or BLOCKED when a limit applies to it.
CREATE FUNCTION job_gate(tenant text, type text) RETURNS job_state
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN EXISTS (SELECT FROM run_limit
                            WHERE (scope = 'TENANT' AND subject = job_gate.tenant)
                               OR (scope = 'TYPE' AND subject = job_gate.type))
              THEN 'BLOCKED' ELSE 'READY' END::job_state;

-- Where a running job goes for which a worker asked for a state: a cancelled one is not run again.
CREATE FUNCTION job_next(asked text, cancel_requested_at timestamptz, tenant text, type text)
  RETURNS job_state LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN asked IN ('READY', 'SCHEDULED') AND cancel_requested_at IS NOT NULL
              THEN 'CANCELLED'::job_state
              WHEN asked = 'READY' THEN job_gate(tenant, type)
              ELSE asked::job_state END;

-- READY jobs that are not announced yet, because their queue has enough announced: dealt out to the
-- tenants in turn as it drains. One row per batch and tenant.
CREATE TABLE backlog (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pool     text NOT NULL,
  priority smallint NOT NULL,
  tenant   text NOT NULL,
  jobs     integer NOT NULL CHECK (jobs > 0),
  job_ids  uuid[] NOT NULL,
  since    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX backlog_queue_idx ON backlog (pool, priority, tenant, id);

-- ---- outbox: events beside pointers --------------------------------------------------------------

-- Events to be published: ids of jobs and, in the same order, the events' numbers; null when none are.
ALTER TABLE outbox ADD COLUMN event_ids uuid[], ADD COLUMN event_numbers integer[];

-- ---- dead letters --------------------------------------------------------------------------------

-- FAILED jobs, so that they are found without scanning; a replay takes the row away.
CREATE TABLE dead_letter (
  job_id    uuid PRIMARY KEY,
  tenant    text NOT NULL,
  type      text NOT NULL,
  kind      text NOT NULL,
  labels    jsonb,
  failed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letter_tenant_idx ON dead_letter (tenant, failed_at, job_id);

INSERT INTO dead_letter (job_id, tenant, type, kind, labels, failed_at)
SELECT id, tenant, type, error_kind, labels, finished_at FROM job WHERE state = 'FAILED';

-- A replay of many dead letters, with progress of its own.
CREATE TABLE replay (
  id          uuid PRIMARY KEY,
  tenant      text NOT NULL,
  filter      json NOT NULL,
  payload     json,
  state       text NOT NULL CHECK (state IN ('RUNNING', 'PAUSED', 'DONE', 'CANCELLED')),
  total       integer NOT NULL,
  replayed    integer NOT NULL DEFAULT 0,
  skipped     integer NOT NULL DEFAULT 0,
  created_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX replay_tenant_idx ON replay (tenant, id);

CREATE TABLE replay_item (
  replay_id uuid NOT NULL REFERENCES replay ON DELETE CASCADE,
  job_id    uuid NOT NULL,
  state     text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'REPLAYED', 'SKIPPED')),
  detail    text,
  at        timestamptz,
  PRIMARY KEY (replay_id, job_id)
);

-- ---- schedules -----------------------------------------------------------------------------------

CREATE TABLE schedule (
  tenant        text NOT NULL,
  name          text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('CRON', 'RATE')),
  cron          text,
  zone          text NOT NULL DEFAULT 'UTC',
  every_millis  bigint CHECK (every_millis > 0),
  -- The submission to make, as it was sent ("request") and as it was admitted ("resolved").
  job           json NOT NULL,
  overlap       text NOT NULL CHECK (overlap IN ('SKIP', 'QUEUE_ONE', 'ALLOW', 'CANCEL_PREVIOUS')),
  catch_up      text NOT NULL CHECK (catch_up IN ('NONE', 'LAST', 'ALL')),
  catch_up_most integer NOT NULL DEFAULT 100 CHECK (catch_up_most BETWEEN 1 AND 1000),
  paused        boolean NOT NULL DEFAULT false,
  -- Null while paused or when no instant follows.
  next_at       timestamptz,
  last_at       timestamptz,
  last_job      uuid,
  -- QUEUE_ONE: an instant that waits for the previous job to end.
  queued_at     timestamptz,
  version       integer NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name),
  CHECK ((kind = 'CRON') = (cron IS NOT NULL)),
  CHECK ((kind = 'RATE') = (every_millis IS NOT NULL))
);
CREATE INDEX schedule_next_at_idx ON schedule (next_at) WHERE next_at IS NOT NULL;

-- What became of each instant; its key is what makes an instant fire once.
CREATE TABLE schedule_firing (
  tenant  text NOT NULL,
  name    text NOT NULL,
  fire_at timestamptz NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('SUBMITTED', 'SKIPPED', 'QUEUED', 'MISSED', 'REFUSED')),
  job_id  uuid,
  detail  text,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name, fire_at)
);

-- ---- tenants -------------------------------------------------------------------------------------

CREATE TABLE api_key (
  id          text PRIMARY KEY,
  tenant      text NOT NULL,
  name        text NOT NULL,
  role        text NOT NULL DEFAULT 'TENANT' CHECK (role IN ('TENANT', 'OPERATOR')),
  -- SHA-256 of the secret part, which has 256 random bits and needs no slow hash.
  secret_hash bytea NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  revoked_at  timestamptz
);

ALTER TABLE backlog SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE permit SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE job_blocked SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE job_signal SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);
ALTER TABLE leader SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 100);
