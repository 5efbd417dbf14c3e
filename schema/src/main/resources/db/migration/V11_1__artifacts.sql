-- Values too large for the payloads of jobs, kept once each, by the hash of their content.

CREATE TABLE artifact (
  -- SHA-256 of the content in UTF-8, in hexadecimal.
  hash       text PRIMARY KEY CHECK (length(hash) = 64),
  -- JSON.
  content    text NOT NULL,
  bytes      integer NOT NULL CHECK (bytes > 0),
  -- When somebody last needed it for a new job; nobody collects it for an hour from then on.
  touched_at timestamptz NOT NULL DEFAULT now()
);

-- Which fields of which payloads they are. The key to them keeps an artifact that is still needed.
CREATE TABLE job_artifact (
  job_id uuid NOT NULL,
  field  text NOT NULL,
  hash   text NOT NULL REFERENCES artifact,
  PRIMARY KEY (job_id, field)
);
CREATE INDEX job_artifact_hash_idx ON job_artifact (hash);
