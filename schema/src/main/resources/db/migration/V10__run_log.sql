-- What can be seen of runs while they go on, and who is told. The rules of V1 stand.

ALTER TABLE run
  -- Number of the latest event.
  ADD COLUMN events          integer NOT NULL DEFAULT 0,
  -- The latest moves, a line for each transaction that made some: the number of the first, the
  -- milliseconds since 1970, and the moves as io.millrace.workflow.run.RunMoves writes them. When it
  -- is longer than its bound, it goes to run_log as a whole and begins anew.
  ADD COLUMN log             text NOT NULL DEFAULT '',
  -- When the first piece of partial output of its tasks was written.
  ADD COLUMN first_output_at timestamptz;

-- Earlier lines of a run's log; last is the number of the latest event in them, or more.
CREATE TABLE run_log (
  run   uuid NOT NULL,
  last  integer NOT NULL,
  lines text NOT NULL,
  PRIMARY KEY (run, last)
) PARTITION BY RANGE (run);

-- Pieces of partial output, numbered together with the moves; the piece itself is in job_event.
CREATE TABLE run_output (
  run     uuid NOT NULL,
  n       integer NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  node    integer NOT NULL,
  element integer NOT NULL,
  round   integer NOT NULL,
  job_id  uuid NOT NULL,
  job_n   integer NOT NULL,
  PRIMARY KEY (run, n)
) PARTITION BY RANGE (run);

-- The days that are there already; later ones are made as they come.
DO $$
DECLARE day record;
BEGIN
  FOR day IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bounds
               FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = 'run'::regclass
  LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF run_log %s', 'run_log' || substr(day.relname, 4), day.bounds);
    EXECUTE format('CREATE TABLE %I PARTITION OF run_output %s', 'run_output' || substr(day.relname, 4), day.bounds);
  END LOOP;
END $$;

-- What attempts of the job say they have used, summed by name.
ALTER TABLE job ADD COLUMN usage jsonb;

-- Who wants to be told of the moves of runs; empty unless a program has listeners.
CREATE TABLE run_listener (
  name    text NOT NULL,
  -- When a process last had it.
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name)
);

-- Moves that a listener has not been told of yet: a line of the log. Written in the transaction that
-- made the moves, deleted in the one in which the listener was told.
CREATE TABLE run_news (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  listener text NOT NULL,
  run      uuid NOT NULL,
  line     text NOT NULL,
  -- Not to be told before; later each time the listener failed.
  due_at   timestamptz NOT NULL DEFAULT now(),
  tries    integer NOT NULL DEFAULT 0
);
CREATE INDEX run_news_listener_idx ON run_news (listener, id);
CREATE INDEX run_news_run_idx ON run_news (run, listener, id);

ALTER TABLE run_news SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
