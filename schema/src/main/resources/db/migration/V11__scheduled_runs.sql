-- Schedules that start workflow runs instead of jobs.

ALTER TABLE schedule
  ALTER COLUMN job DROP NOT NULL,
  -- The run to start, as it was sent ("request") and as it was admitted ("resolved").
  ADD COLUMN run      json,
  ADD COLUMN last_run uuid,
  ADD CONSTRAINT schedule_makes_one_thing CHECK ((job IS NULL) <> (run IS NULL));

ALTER TABLE schedule_firing ADD COLUMN run_id uuid;
