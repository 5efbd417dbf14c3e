-- How far a replay is, so that any worker can go on with it after each short transaction.

ALTER TABLE replay
  -- Most jobs a second; null for as fast as they are taken.
  ADD COLUMN rate    integer CHECK (rate > 0),
  -- Still writing down what is to be replayed; then total grows and nothing is replayed yet.
  ADD COLUMN listing boolean NOT NULL DEFAULT true,
  -- Where it goes on: while listing, after this dead letter; later, after the item of this job.
  ADD COLUMN at_time timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00',
  ADD COLUMN at_id   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  -- When its next step is due.
  ADD COLUMN next_at timestamptz NOT NULL DEFAULT now();

CREATE INDEX replay_running_idx ON replay (next_at) WHERE state = 'RUNNING';
