package io.millrace.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.CatchUp;
import io.millrace.model.Firing.Outcome;
import io.millrace.model.Overlap;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringPlanTest {
  private static final Instant T0 = Instant.parse("2026-05-01T00:00:00Z");

  /** Every second from T0 on; instants are given as seconds after it. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // overlap, open, next, queued, now, steps, next, queued, cancels
        "SKIP,            false, 5, -, 4, '',                               5, -, false",
        "SKIP,            false, 5, -, 5, 5 SUBMITTED,                      6, -, false",
        "SKIP,            true,  5, -, 5, 5 SKIPPED,                        6, -, false",
        "SKIP,            false, 5, -, 7, 5 SUBMITTED 6 SKIPPED 7 SKIPPED,  8, -, false",
        "ALLOW,           true,  5, -, 7, 5 SUBMITTED 6 SUBMITTED 7 SUBMITTED, 8, -, false",
        "QUEUE_ONE,       false, 5, -, 5, 5 SUBMITTED,                      6, -, false",
        "QUEUE_ONE,       true,  5, -, 5, 5 QUEUED,                         6, 5, false",
        "QUEUE_ONE,       true,  6, 5, 6, 6 SKIPPED,                        7, 5, false",
        "QUEUE_ONE,       false, 7, 5, 6, 5 SUBMITTED,                      7, -, false",
        "QUEUE_ONE,       false, 6, 5, 6, 5 SUBMITTED 6 QUEUED,             7, 6, false",
        "QUEUE_ONE,       true,  6, 5, 5, '',                               6, 5, false",
        "CANCEL_PREVIOUS, true,  5, -, 5, 5 SUBMITTED,                      6, -, true",
        "CANCEL_PREVIOUS, false, 5, -, 5, 5 SUBMITTED,                      6, -, false",
        "CANCEL_PREVIOUS, true,  5, -, 4, '',                               5, -, false",
        "CANCEL_PREVIOUS, true,  5, -, 7, 5 SKIPPED 6 SKIPPED 7 SUBMITTED,  8, -, true",
      })
  void decide_inTime_followsTheOverlapPolicy(
      Overlap overlap,
      boolean open,
      long next,
      @Nullable Long queued,
      long now,
      String steps,
      long nextAfter,
      @Nullable Long queuedAfter,
      boolean cancels) {
    FiringPlan plan =
        FiringPlan.decide(schedule(overlap, CatchUp.NONE, 1, next, queued), open, at(now));
    assertThat(shown(plan.steps())).isEqualTo(steps);
    assertThat(plan.nextAt()).isEqualTo(at(nextAfter));
    assertThat(plan.queuedAt()).isEqualTo(queuedAfter == null ? null : at(queuedAfter));
    assertThat(plan.cancelPrevious()).isEqualTo(cancels);
  }

  /** Instants before second 100 - 10 are missed. */
  @ParameterizedTest
  @CsvSource({
    "NONE, 1,  88, 88 MISSED | 90",
    "NONE, 1,  90, | 90",
    "LAST, 1,  50, 50 MISSED 89 SUBMITTED | 90",
    "LAST, 1,  89, 89 SUBMITTED | 90",
    "ALL,  3,  50, 50 MISSED 87 SUBMITTED 88 SUBMITTED 89 SUBMITTED | 90",
    "ALL,  3,  87, 87 SUBMITTED 88 SUBMITTED 89 SUBMITTED | 90",
    "ALL,  3,  88, 88 SUBMITTED 89 SUBMITTED | 90",
  })
  void decide_late_followsTheCatchUpPolicy(CatchUp catchUp, int most, long next, String expected) {
    FiringPlan plan =
        FiringPlan.decide(schedule(Overlap.ALLOW, catchUp, most, next, null), false, at(100));
    StringBuilder inTime = new StringBuilder();
    for (int second = 90; second <= 100; second++) {
      inTime.append(second == 90 ? "" : " ").append(second).append(" SUBMITTED");
    }
    String missed = expected.substring(0, expected.indexOf('|')).strip();
    assertThat(shown(plan.steps())).isEqualTo((missed + " " + inTime).strip());
    assertThat(plan.nextAt()).isEqualTo(at(101));
  }

  @Test
  void decide_manyToMakeUpFor_goesOnUntilAllAreDone() {
    Schedule schedule = schedule(Overlap.ALLOW, CatchUp.ALL, 1_000, 1, null);
    Instant now = at(86_400);
    List<Instant> fired = new ArrayList<>();
    int rounds = 0;
    boolean missed = false;
    while (schedule.nextAt() != null && !schedule.nextAt().isAfter(now)) {
      FiringPlan plan = FiringPlan.decide(schedule, false, now);
      assertThat(plan.steps().size()).isLessThanOrEqualTo(FiringPlan.MOST + 1);
      missed |= plan.steps().getFirst().outcome() == Outcome.MISSED;
      plan.steps().stream()
          .filter(step -> step.outcome() == Outcome.SUBMITTED)
          .forEach(step -> fired.add(step.at()));
      schedule = withNext(schedule, plan.nextAt());
      rounds++;
    }
    assertThat(missed).isTrue();
    // The last thousand that were late, and the eleven that were in time.
    assertThat(fired).hasSize(1_011).isSorted().doesNotHaveDuplicates();
    assertThat(fired.getFirst()).isEqualTo(at(86_400 - 10 - 1_000));
    assertThat(fired.getLast()).isEqualTo(now);
    assertThat(rounds).isEqualTo(51);
  }

  @Test
  void decide_paused_doesNothing() {
    Schedule paused = withNext(schedule(Overlap.SKIP, CatchUp.ALL, 5, 1, null), null);
    FiringPlan plan = FiringPlan.decide(paused, false, at(1_000));
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.nextAt()).isNull();
  }

  @Test
  void decide_cronWithFewTimes_waitsForTheNext() {
    Schedule yearly =
        new Schedule(
            "t",
            "yearly",
            new Timing.Cron("0 0 29 2 *", "UTC"),
            new ScheduleWork.Job("{}"),
            Overlap.SKIP,
            CatchUp.LAST,
            1,
            false,
            Instant.parse("2028-02-29T00:00:00Z"),
            null,
            null,
            null,
            null,
            1,
            T0,
            T0);
    FiringPlan plan = FiringPlan.decide(yearly, false, Instant.parse("2028-03-05T12:00:00Z"));
    assertThat(plan.steps())
        .extracting(FiringPlan.Step::outcome)
        .containsExactly(Outcome.SUBMITTED);
    assertThat(plan.nextAt()).isEqualTo(Instant.parse("2032-02-29T00:00:00Z"));
  }

  @Test
  void interval_isCountedFromItsOrigin() {
    Recurrence every = Recurrence.of(new Timing.Every(90_000), T0);
    assertThat(every.next(T0)).contains(T0.plusSeconds(90));
    assertThat(every.next(T0.plusSeconds(90))).contains(T0.plusSeconds(180));
    assertThat(every.next(T0.plusSeconds(90).minusMillis(1))).contains(T0.plusSeconds(90));
    assertThat(every.next(T0.minus(Duration.ofDays(1)))).contains(T0.plusSeconds(90));
    assertThat(every.next(T0.plusSeconds(90_000_000).plusNanos(1)))
        .contains(T0.plusSeconds(90_000_090));
  }

  private static Schedule schedule(
      Overlap overlap, CatchUp catchUp, int most, long next, @Nullable Long queued) {
    return new Schedule(
        "t",
        "s",
        new Timing.Every(1_000),
        new ScheduleWork.Job("{}"),
        overlap,
        catchUp,
        most,
        false,
        at(next),
        null,
        null,
        null,
        queued == null ? null : at(queued),
        1,
        T0,
        T0);
  }

  private static Schedule withNext(Schedule s, @Nullable Instant next) {
    return new Schedule(
        s.tenant(),
        s.name(),
        s.timing(),
        s.work(),
        s.overlap(),
        s.catchUp(),
        s.catchUpMost(),
        s.paused(),
        next,
        s.lastAt(),
        s.lastJob(),
        s.lastRun(),
        s.queuedAt(),
        s.version(),
        s.createdAt(),
        s.updatedAt());
  }

  private static Instant at(long second) {
    return T0.plusSeconds(second);
  }

  private static String shown(List<FiringPlan.Step> steps) {
    return String.join(
        " ",
        steps.stream()
            .map(step -> Duration.between(T0, step.at()).toSeconds() + " " + step.outcome())
            .toList());
  }
}
