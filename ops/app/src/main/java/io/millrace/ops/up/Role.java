package io.millrace.ops.up;

/** What a process of {@code millrace up} takes on. */
public enum Role {
  /** PostgreSQL, Kafka and Redis. */
  INFRA,
  /** The HTTP interface. */
  API,
  /** Running jobs. */
  WORKER
}
