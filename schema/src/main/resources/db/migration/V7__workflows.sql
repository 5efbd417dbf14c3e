-- Workflow definitions. A version is the hash of its content, so the same content is the same version,
-- and a version never changes; which one new runs start with is a pointer to it.

CREATE TABLE workflow_version (
  tenant     text NOT NULL,
  name       text NOT NULL,
  -- SHA-256 of the canonical JSON, in hexadecimal.
  version    text NOT NULL CHECK (length(version) = 64),
  -- In the order of their coming, from 1: what people call it.
  number     integer NOT NULL CHECK (number >= 1),
  -- Canonical JSON, as the hash was made of it; json keeps it as it is.
  definition json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name, version),
  UNIQUE (tenant, name, number)
);

CREATE TABLE workflow (
  tenant     text NOT NULL,
  name       text NOT NULL,
  version    text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, name),
  FOREIGN KEY (tenant, name, version) REFERENCES workflow_version
);
