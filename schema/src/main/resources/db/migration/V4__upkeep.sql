-- When the number of jobs in a state last changed: a day's jobs are all older than a retention when
-- their counts are, so nothing has to be scanned to find out.
ALTER TABLE queue_count ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();

-- Schedules with an instant that waits for the previous job to end.
CREATE INDEX schedule_queued_at_idx ON schedule (queued_at) WHERE queued_at IS NOT NULL;
