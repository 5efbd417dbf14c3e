package io.millrace.local;

/** What PostgreSQL does before it reports a commit. Kafka and Redis are the same in both. */
public enum Durability {
  /** Every commit is on disk: survives power loss, as in production. */
  FULL,
  /** No fsync: survives the death of any process, but not of the machine. For throw-away data. */
  RELAXED
}
