package io.millrace.api.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Priority;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How fast a queue drains, from readings at known times. */
class DrainRateTest {
  private final Clock clock = new Clock();
  private final DrainRate rate = new DrainRate(List::of, clock);

  @Test
  void perSecond_oneReading_isUnknown() {
    read(10);
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  @Test
  void perSecond_overItsReadings_isTheirMean() {
    read(10);
    clock.pass(Duration.ofSeconds(2));
    read(50);
    clock.pass(Duration.ofSeconds(2));
    read(50);
    assertThat(rate.perSecond("p", Priority.HIGH)).hasValue(10.0);
    assertThat(rate.perSecond("p", Priority.LOW)).isEmpty();
  }

  @Test
  void perSecond_nothingBegunForLong_isUnknownAgain() {
    read(10);
    for (int i = 0; i < 16; i++) {
      clock.pass(Duration.ofSeconds(2));
      read(50);
    }
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  @Test
  void perSecond_countersFell_isUnknown() {
    read(50);
    clock.pass(Duration.ofSeconds(2));
    read(10);
    assertThat(rate.perSecond("p", Priority.HIGH)).isEmpty();
  }

  private void read(long begun) {
    rate.add(List.of(new Queue("p", Priority.HIGH, 5, 0, 8, begun)));
  }

  private static final class Clock implements Time {
    private long nanos;

    void pass(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }
}
