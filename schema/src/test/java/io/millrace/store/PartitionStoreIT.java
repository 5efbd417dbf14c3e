package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PartitionStoreIT {
  private final Database database = TestDatabase.clean();
  private final PartitionStore partitions = new PartitionStore(database);

  @Test
  void ensure_makesWhatIsMissingAndNothingTwice() {
    assertThat(partitions.ensure()).isZero();
    LocalDate last =
        database
            .dsl()
            .fetchSingle("SELECT (now() AT TIME ZONE 'UTC')::date")
            .get(0, LocalDate.class)
            .plusDays(PartitionStore.DAYS_AHEAD);
    database.dsl().execute("DROP TABLE " + PartitionStore.name("job", last));
    assertThat(partitions.ensure()).isEqualTo(1);
    assertThat(partitions.ensure()).isZero();
  }

  @Test
  void partitions_boundsMeetAtMidnightUtc() {
    LocalDate day = LocalDate.of(2030, 2, 28);
    assertThat(PartitionStore.lowestOf(day).version()).isEqualTo(7);
    assertThat(io.millrace.runtime.Ids.timeOf(PartitionStore.lowestOf(day)))
        .isEqualTo(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    assertThat(PartitionStore.name("job", day)).isEqualTo("job_20300228");
  }

  @Test
  void jobs_ofOneDay_areInItsPartition() {
    String bounds =
        database
            .dsl()
            .fetchSingle(
                "SELECT count(*) FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent"
                    + " WHERE p.relname = 'job'")
            .get(0, String.class);
    // Yesterday, today and the days ahead.
    assertThat(Integer.parseInt(bounds)).isGreaterThanOrEqualTo(PartitionStore.DAYS_AHEAD + 2);
  }
}
