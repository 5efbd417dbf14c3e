package io.millrace.api.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.JobState;
import io.millrace.model.Priority;
import io.millrace.runtime.Time;
import io.millrace.store.FleetStore.Count;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a pool moves, from counters read at known times. */
class PoolTrendsTest {
  private final Clock clock = new Clock();
  private List<Count> counts = List.of();
  private final DrainRate drain = new DrainRate();
  private final PoolTrends trends = new PoolTrends(() -> counts, drain, clock);

  @Test
  void of_noReading_isUnknown() {
    assertThat(trends.of("p")).isEmpty();
    assertThat(trends.age()).isEmpty();
  }

  @Test
  void of_steadyFlow_hasItsRatesAndLittlesRunTime() {
    for (int i = 0; i <= 120; i++) {
      read(0, 5, 20L * i);
    }
    Trend trend = trends.of("p").orElseThrow();
    assertThat(trend.arrivals().tenSeconds()).isCloseTo(10, within(0.1));
    assertThat(trend.arrivals().tenMinutes()).isCloseTo(10, within(0.1));
    assertThat(trend.completions().minute()).isCloseTo(10, within(0.1));
    assertThat(trend.runSeconds().orElseThrow()).isCloseTo(0.5, within(0.01));
    assertThat(trend.oldestSeconds()).isZero();
  }

  @Test
  void of_burstAfterQuiet_showsInTheShortAverageFirst() {
    for (int i = 0; i < 60; i++) {
      read(0, 0, 0);
    }
    read(1_000, 0, 0);
    Trend.Rates arrivals = trends.of("p").orElseThrow().arrivals();
    assertThat(arrivals.tenSeconds()).isGreaterThan(arrivals.minute());
    assertThat(arrivals.minute()).isGreaterThan(arrivals.tenMinutes());
    assertThat(arrivals.tenMinutes()).isPositive();
  }

  @Test
  void of_backlogServedInOrder_knowsWhenTheNextJobCame() {
    read(0, 0, 0);
    read(100, 0, 0);
    for (int i = 0; i < 10; i++) {
      read(100, 0, 0);
    }
    read(200, 0, 0);
    assertThat(trends.of("p").orElseThrow().oldestSeconds()).isCloseTo(22, within(0.01));
    read(99, 0, 101);
    Trend later = trends.of("p").orElseThrow();
    assertThat(later.oldestSeconds()).isCloseTo(2, within(0.01));
    assertThat(later.oldestExact()).isTrue();
  }

  @Test
  void of_backlogOlderThanTheWatch_saysAtLeast() {
    read(50, 0, 0);
    read(50, 0, 0);
    Trend trend = trends.of("p").orElseThrow();
    assertThat(trend.oldestSeconds()).isCloseTo(2, within(0.01));
    assertThat(trend.oldestExact()).isFalse();
  }

  @Test
  void of_backlogOfHours_isFoundAmongTheCoarseMarks() {
    read(0, 0, 0);
    read(10, 0, 0);
    for (int i = 0; i < 1_800; i++) {
      read(10, 0, 0);
    }
    Trend trend = trends.of("p").orElseThrow();
    assertThat(trend.oldestSeconds()).isCloseTo(3_600, within(31.0));
  }

  @Test
  void of_retentionDropsADay_isNoMove() {
    for (int i = 0; i < 30; i++) {
      read(0, 0, 1_000);
    }
    read(0, 0, 0);
    Trend trend = trends.of("p").orElseThrow();
    assertThat(trend.arrivals().tenSeconds()).isZero();
    assertThat(trend.completions().tenSeconds()).isZero();
    assertThat(trend.runSeconds()).isEmpty();
  }

  @Test
  void jobs_severalPriorities_areSummed() {
    counts =
        List.of(
            new Count("p", Priority.HIGH, JobState.READY, 2),
            new Count("p", Priority.LOW, JobState.READY, 3),
            new Count("q", Priority.LOW, JobState.READY, 7));
    trends.read();
    assertThat(trends.jobs("p", JobState.READY)).isEqualTo(5);
    assertThat(trends.jobs("p", JobState.RUNNING)).isZero();
    assertThat(trends.pools()).containsExactlyInAnyOrder("p", "q");
  }

  @Test
  void read_givesTheDrainRateItsReadings() {
    read(10, 0, 0);
    read(0, 2, 8);
    assertThat(drain.perSecond("p", Priority.NORMAL)).hasValue(5.0);
  }

  /** Two seconds go by, then the counters are read. */
  private void read(long ready, long running, long succeeded) {
    clock.nanos += 2_000_000_000L;
    List<Count> next = new ArrayList<>();
    next.add(new Count("p", Priority.NORMAL, JobState.READY, ready));
    next.add(new Count("p", Priority.NORMAL, JobState.RUNNING, running));
    next.add(new Count("p", Priority.NORMAL, JobState.SUCCEEDED, succeeded));
    counts = next;
    trends.read();
  }

  private static final class Clock implements Time {
    private long nanos;

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
