-- Lists of ids are half random: trying to compress them costs time and saves nothing.

ALTER TABLE outbox ALTER COLUMN job_ids SET STORAGE EXTERNAL;
ALTER TABLE outbox ALTER COLUMN event_ids SET STORAGE EXTERNAL;
ALTER TABLE claim ALTER COLUMN job_ids SET STORAGE EXTERNAL;
ALTER TABLE backlog ALTER COLUMN job_ids SET STORAGE EXTERNAL;
