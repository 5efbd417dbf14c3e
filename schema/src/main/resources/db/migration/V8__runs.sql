-- Runs of workflows. The rules of V1 stand. A run is one row, rewritten once per transaction that
-- advances it; what grows with it (jobs, outputs) is appended to tables of its own.

CREATE TYPE run_state AS ENUM (
  'NEW', 'OPEN', 'FAILING', 'CANCELLING', 'COMPENSATING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

CREATE TABLE run (
  id              uuid NOT NULL,
  tenant          text NOT NULL,
  workflow        text NOT NULL,
  version         text NOT NULL,
  state           run_state NOT NULL DEFAULT 'NEW',
  paused          boolean NOT NULL DEFAULT false,
  input           json NOT NULL,
  output          json,
  -- Where its nodes are; see io.millrace.workflow.run.RunStateCodec. Null until it has started.
  progress        bytea,
  labels          jsonb,
  traceparent     text,
  -- How many runs it is inside of.
  depth           integer NOT NULL DEFAULT 0 CHECK (depth >= 0),
  -- The task of another run that it is.
  parent          uuid,
  parent_node     integer,
  parent_element  integer,
  parent_round    integer,
  concurrency_key text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  finished_at     timestamptz,
  -- What failed it, or why it was cancelled.
  error_kind      text,
  error_message   text,
  error_node      text,
  PRIMARY KEY (id),
  CONSTRAINT run_finished_when_final CHECK (
    (state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL)),
  CONSTRAINT run_failed_says_why CHECK (state <> 'FAILED' OR error_kind IS NOT NULL)
) PARTITION BY RANGE (id);

-- The tasks of runs, a row for each, never changed: what a node's output is read by.
CREATE TABLE run_task (
  run     uuid NOT NULL,
  node    integer NOT NULL,
  element integer NOT NULL,
  round   integer NOT NULL,
  -- A job, or a run when it is the node's task to have one.
  task    uuid NOT NULL,
  PRIMARY KEY (run, node, element, round)
) PARTITION BY RANGE (run);

-- Outputs that no task holds, and errors; an error of a later attempt replaces the one before.
CREATE TABLE run_value (
  run   uuid NOT NULL,
  node  integer NOT NULL,
  kind  text NOT NULL CHECK (kind IN ('OUTPUT', 'ERROR')),
  value json NOT NULL,
  PRIMARY KEY (run, node, kind)
) PARTITION BY RANGE (run);

-- When runs are to be woken; the node -1 is the run itself.
CREATE TABLE run_timer (
  due_at timestamptz NOT NULL,
  run    uuid NOT NULL,
  node   integer NOT NULL,
  round  integer NOT NULL,
  PRIMARY KEY (run, node)
);
CREATE INDEX run_timer_due_at_idx ON run_timer (due_at);

-- What has happened to runs and is not worked into them yet. Written in the transaction in which it
-- happened, taken in the one that advances the run.
CREATE TABLE run_inbox (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run     uuid NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('TASK', 'TIMER', 'START', 'CANCEL')),
  node    integer,
  element integer,
  round   integer,
  -- The job or run that has ended.
  task    uuid,
  reason  text,
  -- Not to be looked at before; later each time the run could not be advanced.
  due_at  timestamptz NOT NULL DEFAULT now(),
  tries   integer NOT NULL DEFAULT 0
);
CREATE INDEX run_inbox_run_idx ON run_inbox (run);
CREATE INDEX run_inbox_due_at_idx ON run_inbox (due_at, run);

-- Runs whose tasks are to be cancelled: done after the transaction that decided it, because whoever
-- ends a job locks the job before its run.
CREATE TABLE run_halt (
  run   uuid PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE job
  -- The task of a run that it is.
  ADD COLUMN run         uuid,
  ADD COLUMN run_node    integer,
  ADD COLUMN run_element integer,
  ADD COLUMN run_round   integer;

ALTER TABLE run_inbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE run_timer SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
