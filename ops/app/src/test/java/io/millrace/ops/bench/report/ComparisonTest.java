package io.millrace.ops.bench.report;

import static io.millrace.ops.bench.result.Measurement.FLOOR;
import static io.millrace.ops.bench.result.Measurement.MILLRACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.report.Comparison.Grade;
import io.millrace.ops.bench.report.Comparison.Line;
import io.millrace.ops.bench.result.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  private static final String JOBS = "jobs-per-second";

  @ParameterizedTest
  @CsvSource({"8999, FAILED", "9000, SAME", "11000, SAME", "11001, BETTER"})
  void of_rate_failsWhenMoreThanATenthIsLost(double now, Grade grade) {
    Comparison comparison = Comparison.of(drain(10_000, 20_000), drain(now, 20_000));

    assertThat(grade(comparison, JOBS)).isEqualTo(grade);
    assertThat(comparison.passed()).isEqualTo(grade != Grade.FAILED);
  }

  @Test
  void of_machineHalfAsFast_isNoRegression() {
    assertThat(Comparison.of(drain(10_000, 20_000), drain(5000, 10_000)).passed()).isTrue();
  }

  @Test
  void of_sameRateOnAMachineTwiceAsFast_fails() {
    Comparison comparison = Comparison.of(drain(10_000, 20_000), drain(10_000, 40_000));

    assertThat(comparison.passed()).isFalse();
    assertThat(String.join("\n", ComparisonTable.lines(comparison, 110)))
        .contains("-50%  FAILED")
        .contains("1 failed");
  }

  @Test
  void of_ownFloor_goesBeforeThatOfTheMachine() {
    Samples then = Samples.report().floorInserts(1000).rate("drain", FLOOR, JOBS, 20_000);
    Samples now = Samples.report().floorInserts(2000).rate("drain", FLOOR, JOBS, 20_000);

    Comparison comparison =
        Comparison.of(
            then.rate("drain", MILLRACE, JOBS, 100).build(),
            now.rate("drain", MILLRACE, JOBS, 100).build());

    assertThat(grade(comparison, JOBS)).isEqualTo(Grade.SAME);
  }

  @Test
  void of_rateWithoutOwnFloor_isRelatedToTheInserts() {
    Comparison comparison =
        Comparison.of(
            Samples.report().floorInserts(1000).rate("status", MILLRACE, "gets", 500).build(),
            Samples.report().floorInserts(2000).rate("status", MILLRACE, "gets", 500).build());

    assertThat(grade(comparison, "gets")).isEqualTo(Grade.FAILED);
  }

  @ParameterizedTest
  @CsvSource({"8, BETTER", "10, SAME", "19.9, WORSE", "20, WORSE", "20.1, FAILED"})
  void of_time_failsOnlyWhenMoreThanTwiceAsLong(double now, Grade grade) {
    Comparison comparison =
        Comparison.of(
            Samples.report().floorInserts(1000).millis("pick-up", "p50", 10).build(),
            Samples.report().floorInserts(1000).millis("pick-up", "p50", now).build());

    assertThat(grade(comparison, "p50")).isEqualTo(grade);
    assertThat(comparison.passed()).isEqualTo(grade != Grade.FAILED);
  }

  @Test
  void of_timeOnASlowerMachine_isMultiplied() {
    Comparison comparison =
        Comparison.of(
            Samples.report().floorInserts(1000).millis("pick-up", "p50", 10).build(),
            Samples.report().floorInserts(250).millis("pick-up", "p50", 40).build());

    assertThat(grade(comparison, "p50")).isEqualTo(Grade.SAME);
  }

  @Test
  void of_memory_isToldAndNeverFails() {
    Comparison comparison =
        Comparison.of(
            Samples.report().figure("start-up", MILLRACE, "rss", Unit.MIB, 100).build(),
            Samples.report().figure("start-up", MILLRACE, "rss", Unit.MIB, 900).build());

    assertThat(grade(comparison, "rss")).isEqualTo(Grade.WORSE);
    assertThat(comparison.passed()).isTrue();
  }

  @Test
  void of_errors_noneThenAndNowIsTheSame() {
    Comparison comparison =
        Comparison.of(
            Samples.report().figure("status", MILLRACE, "errors", Unit.COUNT, 0).build(),
            Samples.report().figure("status", MILLRACE, "errors", Unit.COUNT, 0).build());

    assertThat(grade(comparison, "errors")).isEqualTo(Grade.SAME);
  }

  @Test
  void of_figuresOfOneReportOnly_areCountedAndNotCompared() {
    Comparison comparison =
        Comparison.of(
            Samples.report().floorInserts(1000).millis("pick-up", "gone", 10).build(),
            Samples.report().floorInserts(1000).millis("pick-up", "new", 10).build());

    assertThat(comparison.lines()).isEmpty();
    assertThat(comparison.notMeasured()).isEqualTo(1);
    assertThat(comparison.passed()).isFalse();
    assertThat(String.join("\n", ComparisonTable.lines(comparison, 110)))
        .contains("Nothing could be compared");
  }

  @Test
  void of_floorThatFailedNow_comparesNoRate() {
    Comparison comparison =
        Comparison.of(
            Samples.report().floorInserts(1000).rate("status", MILLRACE, "gets", 500).build(),
            Samples.report().rate("status", MILLRACE, "gets", 500).build());

    assertThat(grade(comparison, "gets")).isEqualTo(Grade.UNKNOWN);
    assertThat(comparison.passed()).isFalse();
  }

  @Test
  void of_rateThatWasNothing_isNotCompared() {
    Comparison comparison =
        Comparison.of(
            Samples.report().floorInserts(1000).rate("status", MILLRACE, "gets", 0).build(),
            Samples.report().floorInserts(1000).rate("status", MILLRACE, "gets", 500).build());

    assertThat(grade(comparison, "gets")).isEqualTo(Grade.UNKNOWN);
  }

  @Test
  void obstacle_quickAndFull_isRefusedEitherWay() {
    assertThat(Comparison.obstacle(Samples.report().floorInserts(1).quick().build(), false))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("give --quick"));
    assertThat(Comparison.obstacle(Samples.report().floorInserts(1).build(), true))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("leave out --quick"));
    assertThat(Comparison.obstacle(Samples.report().floorInserts(1).build(), false)).isEmpty();
  }

  @Test
  void obstacle_noFloor_isRefused() {
    assertThat(Comparison.obstacle(Samples.report().build(), false))
        .hasValueSatisfying(sentence -> assertThat(sentence).contains("insert-per-second"));
  }

  private static io.millrace.ops.bench.result.BenchReport drain(double own, double floor) {
    return Samples.report()
        .rate("drain", MILLRACE, JOBS, own)
        .rate("drain", FLOOR, JOBS, floor)
        .build();
  }

  private static Grade grade(Comparison comparison, String figure) {
    return comparison.lines().stream()
        .filter(line -> line.key().figure().equals(figure))
        .map(Line::grade)
        .findFirst()
        .orElseThrow();
  }
}
