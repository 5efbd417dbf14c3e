package io.millrace.api.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobState;
import io.millrace.model.Priority;
import io.millrace.store.FleetStore.Count;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How fast a queue drains, from readings at known times. */
class DrainRateTest {
  private final DrainRate rate = new DrainRate();
  private long nanos;

  @Test
  void perSecond_oneReading_isUnknown() {
    read(10);
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  @Test
  void perSecond_overItsReadings_isTheirMean() {
    read(10);
    nanos += 2_000_000_000L;
    read(50);
    nanos += 2_000_000_000L;
    read(50);
    assertThat(rate.perSecond("p", Priority.HIGH)).hasValue(10.0);
    assertThat(rate.perSecond("p", Priority.LOW)).isEmpty();
  }

  @Test
  void perSecond_nothingBegunForLong_isUnknownAgain() {
    read(10);
    for (int i = 0; i < 16; i++) {
      nanos += 2_000_000_000L;
      read(50);
    }
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  @Test
  void perSecond_countersFell_isUnknown() {
    read(50);
    nanos += 2_000_000_000L;
    read(10);
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  @Test
  void perSecond_jobsThatOnlyWait_areNotBegun() {
    read(0);
    nanos += 2_000_000_000L;
    rate.add(nanos, List.of(new Count("p", Priority.HIGH, JobState.SCHEDULED, 40)));
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  private void read(long begun) {
    rate.add(
        nanos,
        List.of(
            new Count("p", Priority.HIGH, JobState.READY, 5),
            new Count("p", Priority.HIGH, JobState.RUNNING, 2),
            new Count("p", Priority.HIGH, JobState.SUCCEEDED, begun - 2)));
  }
}
