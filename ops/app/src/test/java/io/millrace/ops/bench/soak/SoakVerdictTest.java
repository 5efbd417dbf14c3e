package io.millrace.ops.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakVerdictTest {
  private static final Map<JobState, Long> ALL_FINAL =
      Map.of(JobState.SUCCEEDED, 950L, JobState.FAILED, 50L);

  private final Reading early = reading(12, 60_000_000, 90, 400, 12);

  @Test
  void verdict_nothingLostNothingGrown_passes() {
    SoakVerdict verdict = SoakVerdict.of(outcome(60, early, ALL_FINAL));

    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.lines())
        .contains(
            "ok      1,000 of 1,000 accepted jobs are in a final state: SUCCEEDED 950, FAILED 50")
        .endsWith("The soak passed.");
  }

  @Test
  void jobs_oneMissing_fail() {
    assertBroken(
        outcome(60, early, Map.of(JobState.SUCCEEDED, 949L, JobState.FAILED, 50L)),
        "999 of 1,000 accepted jobs");
  }

  @Test
  void jobs_oneStillRuns_fail() {
    assertBroken(
        outcome(
            60,
            early,
            Map.of(JobState.RUNNING, 1L, JobState.SUCCEEDED, 949L, JobState.FAILED, 50L)),
        "999 of 1,000 accepted jobs are in a final state: RUNNING 1");
  }

  @Test
  void jobs_oneTooMany_fail() {
    assertBroken(
        outcome(60, early, Map.of(JobState.SUCCEEDED, 951L, JobState.FAILED, 50L)),
        "1,001 of 1,000");
  }

  @Test
  void failures_oneMoreThanSent_fail() {
    assertBroken(
        outcome(60, early, Map.of(JobState.SUCCEEDED, 949L, JobState.FAILED, 51L)),
        "51 jobs FAILED; 50 were sent to fail");
  }

  @Test
  void load_refusals_failAndUnansweredJobsMayExist() {
    Outcome outcome =
        new Outcome(
            SoakPlan.ofMinutes(60, 1),
            List.of(early, at(60, early)),
            998,
            2,
            50,
            List.of("2 requests: no answer within 10 s"),
            ALL_FINAL,
            List.of());

    assertThat(broken(SoakVerdict.of(outcome)))
        .containsExactly("998 submissions accepted; 2 requests: no answer within 10 s");
  }

  @Test
  void invariants_broken_fail() {
    Outcome outcome =
        new Outcome(
            SoakPlan.ofMinutes(60, 1),
            List.of(early, at(60, early)),
            1000,
            0,
            50,
            List.of(),
            ALL_FINAL,
            List.of("I1_COUNTS does not hold"));

    assertThat(broken(SoakVerdict.of(outcome)))
        .containsExactly("invariants are broken: I1_COUNTS does not hold");
  }

  @Test
  void heap_growsFiveMegabytesAnHour_fails() {
    Reading end = reading(60, 60_000_000 + 4_000_000, 90, 400, 12);

    assertBroken(
        outcome(60, end, ALL_FINAL),
        "heap after a collection: 60.0 MB at 0:12:00, 64.0 MB at 1:00:00, on average +5.0 MB/h, limit 5");
  }

  @Test
  void heap_growsLess_passes() {
    Reading end = reading(60, 60_000_000 + 3_900_000, 90, 400, 12);

    assertThat(SoakVerdict.of(outcome(60, end, ALL_FINAL)).passed()).isTrue();
  }

  @Test
  void heap_oneLowLateReading_hidesNoGrowth() {
    List<Reading> readings =
        IntStream.range(0, 48)
            .mapToObj(minute -> reading(12 + minute, 60_000_000 + minute * 200_000L, 90, 400, 12))
            .collect(Collectors.toCollection(ArrayList::new));
    readings.add(reading(60, 60_000_000, 90, 400, 12));

    assertThat(HeapGrowth.perHour(readings)).isGreaterThan(9e6).isLessThan(12e6);
  }

  @Test
  void heap_growsInAShortRun_isOnlyTold() {
    SoakVerdict verdict =
        SoakVerdict.of(
            outcome(
                9, new Reading(Duration.ofMinutes(13), 1, 1, 90_000_000, 90, 400, 12), ALL_FINAL));

    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.lines()).anyMatch(line -> line.contains("not judged"));
  }

  @Test
  void held_moreThanAllowed_failEach() {
    assertBroken(outcome(60, reading(60, 60_000_000, 101, 400, 12), ALL_FINAL), "threads: 90");
    assertBroken(outcome(60, reading(60, 60_000_000, 90, 431, 12), ALL_FINAL), "files and");
    assertBroken(outcome(60, reading(60, 60_000_000, 90, 400, 19), ALL_FINAL), "database conn");
    assertThat(
            SoakVerdict.of(outcome(60, reading(60, 60_000_000, 100, 430, 18), ALL_FINAL)).passed())
        .isTrue();
  }

  @Test
  void held_notCounted_isOnlyTold() {
    SoakVerdict verdict =
        SoakVerdict.of(outcome(60, reading(60, 60_000_000, 90, -1, 12), ALL_FINAL));

    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.lines()).anyMatch(line -> line.contains("does not say"));
  }

  private static void assertBroken(Outcome outcome, String sentence) {
    SoakVerdict verdict = SoakVerdict.of(outcome);
    assertThat(verdict.passed()).isFalse();
    assertThat(broken(verdict)).anySatisfy(told -> assertThat(told).contains(sentence));
    assertThat(verdict.lines().getLast()).startsWith("The soak failed: ");
  }

  private static List<String> broken(SoakVerdict verdict) {
    return verdict.checks().stream()
        .filter(check -> check.result() == Check.Result.BROKEN)
        .map(Check::sentence)
        .toList();
  }

  private Outcome outcome(int minutes, Reading end, Map<JobState, Long> states) {
    Reading last = end == early ? at(minutes, early) : end;
    return new Outcome(
        SoakPlan.ofMinutes(minutes, 1),
        List.of(early, last),
        1000,
        0,
        50,
        List.of(),
        states,
        List.of());
  }

  private static Reading at(int minutes, Reading other) {
    return reading(minutes, other.heap(), other.threads(), other.handles(), other.connections());
  }

  private static Reading reading(
      int minutes, long heap, long threads, long handles, long connections) {
    return new Reading(Duration.ofMinutes(minutes), 1, 1, heap, threads, handles, connections);
  }
}
