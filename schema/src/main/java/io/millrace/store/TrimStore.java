package io.millrace.store;

import java.time.Duration;

/** Deletes, a bounded batch at a time, what has served its purpose. */
public final class TrimStore {
  private final Database database;

  public TrimStore(Database database) {
    this.database = database;
  }

  /**
   * Deletes idempotency keys that have expired, by {@code idempotency_key_expires_at_idx}; a key
   * that somebody is taking over just now is skipped.
   *
   * @param limit most rows, at least 1
   * @return how many went
   */
  public int expiredKeys(int limit) {
    return database
        .dsl()
        .execute(
            """
            DELETE FROM idempotency_key k USING (
              SELECT tenant, operation, key FROM idempotency_key WHERE expires_at <= now()
               ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED) AS d
             WHERE k.tenant = d.tenant AND k.operation = d.operation AND k.key = d.key""",
            limit);
  }

  /**
   * Deletes old firings of schedules. Scans the table, which has no index by time: call it seldom.
   * The latest firing of a schedule stays, however old, and so does one that waits for its turn.
   *
   * @param limit most rows, at least 1
   * @return how many went
   */
  public int firings(Duration age, int limit) {
    return database
        .dsl()
        .execute(
            """
            DELETE FROM schedule_firing f USING (
              SELECT tenant, name, fire_at FROM schedule_firing o
               WHERE at < now() - ? * interval '1 millisecond' AND outcome <> 'QUEUED'
                 AND EXISTS (SELECT FROM schedule_firing n
                              WHERE n.tenant = o.tenant AND n.name = o.name
                                AND n.fire_at > o.fire_at)
               LIMIT ?) AS d
             WHERE f.tenant = d.tenant AND f.name = d.name AND f.fire_at = d.fire_at""",
            age.toMillis(),
            limit);
  }
}
