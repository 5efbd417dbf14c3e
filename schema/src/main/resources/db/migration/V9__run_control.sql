-- Runs of the same key that wait for each other; runs made from others; keys of starts; how runs and
-- versions are found and let go of. The rules of V1 and V8 stand.

-- Indexes of tables that hold millions of runs take longer than a statement may otherwise.
SET LOCAL statement_timeout = 0;

ALTER TABLE run
  -- The run whose finished nodes it has taken over, from which node on it runs again, and which
  -- nodes it has not run itself: bit n % 8 of byte n / 8 is node n.
  ADD COLUMN rerun_of   uuid,
  ADD COLUMN rerun_from text,
  ADD COLUMN reused     bytea;

-- Lists of one workflow. None of its columns ever changes.
CREATE INDEX run_workflow_idx ON run (tenant, workflow, id);

-- Which versions have runs that go on. An update is HOT until the one that ends the run.
CREATE INDEX run_live_idx ON run (tenant, workflow, version, id) WHERE finished_at IS NULL;

-- A row per key for which runs hold or want a place: whoever gives or takes one locks it first.
CREATE TABLE run_key (
  tenant   text NOT NULL,
  workflow text NOT NULL,
  key      text NOT NULL,
  -- Most runs at once, as the latest run asked for.
  most     integer NOT NULL CHECK (most >= 0),
  PRIMARY KEY (tenant, workflow, key)
);

-- A row per run that holds a place or waits for one.
CREATE TABLE run_turn (
  run      uuid PRIMARY KEY,
  tenant   text NOT NULL,
  workflow text NOT NULL,
  key      text NOT NULL,
  holds    boolean NOT NULL DEFAULT false,
  -- The order of those that wait.
  place    bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX run_turn_place_idx ON run_turn (tenant, workflow, key, holds, place);

-- TURN: the run has a place and is to start.
ALTER TABLE run_inbox DROP CONSTRAINT run_inbox_kind_check;
ALTER TABLE run_inbox ADD CONSTRAINT run_inbox_kind_check
  CHECK (kind IN ('TASK', 'TIMER', 'START', 'CANCEL', 'TURN'));

-- The key of a run's start tells no state.
ALTER TABLE idempotency_key ALTER COLUMN state DROP NOT NULL;

ALTER TABLE workflow_version
  -- When a run was last started with it, give or take an hour; of one never started, when it came.
  ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE run_turn SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE run_key SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
