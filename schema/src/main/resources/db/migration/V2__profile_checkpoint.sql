-- Where a dataset.profile job stands, so that another worker can go on from its last committed chunk.
-- Both tables hold rows of unfinished jobs only: a job that ends deletes its own.

create table profile_checkpoint (
  job_id     uuid        primary key,
  -- The attempt that may write: a worker with a lower number is stale and matches no row.
  attempt    integer     not null check (attempt > 0),
  -- Position in the file, totals, bad rows; null until the first chunk is committed.
  state      bytea,
  updated_at timestamptz not null default now()
);

create table profile_checkpoint_column (
  job_id    uuid    not null references profile_checkpoint on delete cascade,
  column_no integer not null check (column_no >= 0),
  -- One column's counters and sketches.
  state     bytea   not null,
  primary key (job_id, column_no)
);

-- Sketches are dense numbers: compressing them costs time at every chunk and saves little.
alter table profile_checkpoint alter column state set storage external;
alter table profile_checkpoint_column alter column state set storage external;

-- For trimming what abandoned jobs left behind.
create index profile_checkpoint_updated_at_idx on profile_checkpoint (updated_at);
