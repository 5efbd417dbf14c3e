-- The result cache: which successful job answers for a key, which job runs for one now, and which
-- jobs wait for that. A key is the SHA-256 of what is to be done. The rules of V1 stand; a job that
-- asks for no cache has NULL in both new columns and no row here.

ALTER TABLE job
  -- What it runs for, of a job that others may wait for; null for all others.
  ADD COLUMN cache_key    bytea,
  -- The job whose result it has, of one that did not run itself.
  ADD COLUMN cache_source uuid;

-- What the handler says about keeping results, as io.millrace.model.CachePolicy writes it.
ALTER TABLE job_type ADD COLUMN cache text;

-- The latest successful job of each key. Its result stays in its own row.
CREATE TABLE cache_entry (
  key         bytea PRIMARY KEY,
  -- Null when all tenants share it.
  tenant      text,
  type        text NOT NULL,
  source      uuid NOT NULL,
  finished_at timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  -- How long the source ran: what a hit spares.
  run_millis  bigint NOT NULL,
  -- Written now and then, for the choice of what is warmed up.
  hits        bigint NOT NULL DEFAULT 0
);
CREATE INDEX cache_entry_expires_at_idx ON cache_entry (expires_at);

-- The job that runs for a key; whoever asks meanwhile follows it. Joins are decided by this row's lock.
CREATE TABLE cache_flight (
  key        bytea PRIMARY KEY,
  tenant     text,
  type       text NOT NULL,
  leader     uuid NOT NULL,
  ttl_millis bigint NOT NULL,
  -- False once somebody invalidated it: those who follow get the outcome, and nobody else.
  keep       boolean NOT NULL DEFAULT true
);

-- WAITING jobs and whom they wait for.
CREATE TABLE cache_follower (
  leader uuid NOT NULL,
  job_id uuid NOT NULL,
  PRIMARY KEY (leader, job_id)
);

-- Jobs with a key that have ended, written in the transaction that ended them; taken when the entry
-- is written and the followers are answered, mostly in the same one.
CREATE TABLE cache_landing (
  job_id uuid PRIMARY KEY,
  key    bytea NOT NULL
);

-- What was invalidated: results that ended before must not be answered any more. Null means any.
CREATE TABLE cache_invalidation (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at     timestamptz NOT NULL,
  tenant text,
  type   text,
  key    bytea
);

-- Fails the statement that asks when one of the jobs is not the latest of its key any more.
CREATE FUNCTION cache_current(keys text[], sources uuid[]) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (SELECT FROM unnest(keys, sources) AS t (key, source)
               LEFT JOIN LATERAL (SELECT source FROM cache_entry
                                   WHERE cache_entry.key = decode(t.key, 'hex') OFFSET 0) AS e ON true
              WHERE e.source IS DISTINCT FROM t.source) THEN
    RAISE EXCEPTION 'a cached result is not the latest any more' USING ERRCODE = 'MR001';
  END IF;
  RETURN true;
END $$;

ALTER TABLE cache_flight SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE cache_follower SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE cache_landing SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
