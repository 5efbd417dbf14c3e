package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrimStoreIT {
  private final Database database = TestDatabase.clean();
  private final TrimStore trims = new TrimStore(database);

  @Test
  void expiredKeys_goInBatches_othersStay() {
    database
        .dsl()
        .execute(
            """
            INSERT INTO idempotency_key (tenant, operation, key, request_hash, job_id, state, expires_at)
            SELECT 't', 'o', 'k' || i, '\\x00', gen_random_uuid(), 'READY',
                   now() + (i - 5.5) * interval '1 minute'
              FROM generate_series(1, 10) AS i""");
    assertThat(trims.expiredKeys(3)).isEqualTo(3);
    assertThat(trims.expiredKeys(3)).isEqualTo(2);
    assertThat(trims.expiredKeys(3)).isZero();
    assertThat(database.dsl().fetchCount(io.millrace.db.Tables.IDEMPOTENCY_KEY)).isEqualTo(5);
  }

  @Test
  void firings_old_goExceptTheLatestAndTheWaiting() {
    database
        .dsl()
        .execute(
            """
            INSERT INTO schedule_firing (tenant, name, fire_at, outcome, at)
            SELECT 't', name, now() - i * interval '1 day',
                   CASE WHEN i = 33 THEN 'QUEUED' ELSE 'SUBMITTED' END,
                   now() - i * interval '1 day'
              FROM generate_series(28, 35) AS i,
                   (VALUES ('young', 0), ('old', 31)) AS s (name, youngest) WHERE i >= youngest""");
    while (trims.firings(Duration.ofDays(30).minusHours(1), 2) == 2) {
      // In batches of two.
    }
    assertThat(database.dsl().fetchCount(io.millrace.db.Tables.SCHEDULE_FIRING))
        .as("28 and 29 of young, the latest of old, the waiting 33 of both")
        .isEqualTo(5);
  }
}
