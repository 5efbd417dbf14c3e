package io.millrace.ops.bench.soak;

import io.millrace.model.JobState;
import io.millrace.ops.report.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Whether a soak has passed: a check for each thing that must be true at its end. */
record SoakVerdict(List<Check> checks) {
  /** Shorter runs say nothing about growth: classes still load, caches still fill. */
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private static final double MOST_GROWTH_PER_HOUR = 5e6;

  /** Pools of threads and connections breathe; a leak of a soak's length is far more than this. */
  private static final int MORE_THREADS = 10;

  private static final int MORE_HANDLES = 30;

  private static final int MORE_CONNECTIONS = 6;

  SoakVerdict {
    checks = List.copyOf(checks);
  }

  static SoakVerdict of(Outcome outcome) {
    List<Check> checks = new ArrayList<>();
    checks.add(load(outcome));
    checks.add(jobs(outcome));
    checks.add(failures(outcome));
    checks.add(invariants(outcome));
    checks.add(heap(outcome));
    checks.add(held("threads", outcome, Reading::threads, MORE_THREADS));
    checks.add(held("files and sockets", outcome, Reading::handles, MORE_HANDLES));
    checks.add(held("database connections", outcome, Reading::connections, MORE_CONNECTIONS));
    return new SoakVerdict(checks);
  }

  boolean passed() {
    return checks.stream().noneMatch(check -> check.result() == Check.Result.BROKEN);
  }

  /** A line for each check, and one for all. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(checks.stream().map(Check::line).toList());
    long broken = checks.stream().filter(c -> c.result() == Check.Result.BROKEN).count();
    lines.add(
        broken == 0
            ? "The soak passed."
            : "The soak failed: %d of %d checks.".formatted(broken, checks.size()));
    return lines;
  }

  private static Check load(Outcome outcome) {
    String accepted = "%s submissions accepted".formatted(Figures.count(outcome.accepted()));
    return outcome.faults().isEmpty()
        ? Check.of(outcome.accepted() > 0, accepted + ", none refused or unanswered")
        : Check.of(false, accepted + "; " + String.join("; ", outcome.faults()));
  }

  /** A submission without an answer may have been stored, and its job counts then. */
  private static Check jobs(Outcome outcome) {
    long least = outcome.accepted();
    boolean all =
        outcome.jobs() == outcome.finished()
            && outcome.jobs() >= least
            && outcome.jobs() <= least + outcome.unanswered();
    String states =
        Arrays.stream(JobState.values())
            .filter(state -> outcome.jobs(state) > 0)
            .map(state -> state + " " + Figures.count(outcome.jobs(state)))
            .collect(Collectors.joining(", "));
    return Check.of(
        all,
        "%s of %s accepted jobs are in a final state: %s"
            .formatted(
                Figures.count(outcome.finished()),
                Figures.count(least),
                states.isEmpty() ? "there are none" : states));
  }

  private static Check failures(Outcome outcome) {
    String sentence =
        "%s jobs FAILED; %s were sent to fail"
            .formatted(
                Figures.count(outcome.jobs(JobState.FAILED)), Figures.count(outcome.doomed()));
    return outcome.faults().isEmpty()
        ? Check.of(outcome.jobs(JobState.FAILED) == outcome.doomed(), sentence)
        : Check.told(sentence + ", some perhaps in vain");
  }

  private static Check invariants(Outcome outcome) {
    return outcome.broken().isEmpty()
        ? Check.of(true, "all invariants hold")
        : Check.of(false, "invariants are broken: " + String.join("; ", outcome.broken()));
  }

  private static Check heap(Outcome outcome) {
    Reading early = outcome.early();
    Reading end = outcome.end();
    double growth = HeapGrowth.perHour(outcome.readings());
    String sentence =
        "heap after a collection: %s MB at %s, %s MB at %s, on average %s MB/h"
            .formatted(
                Reading.megabytes(early.heap()),
                Reading.clock(early.at()),
                Reading.megabytes(end.heap()),
                Reading.clock(end.at()),
                (growth < 0 ? "" : "+") + Reading.megabytes(growth));
    if (outcome.plan().length().compareTo(LONG_ENOUGH) < 0) {
      return Check.told(
          sentence
              + "; not judged, a run under %d minutes is too short for that"
                  .formatted(LONG_ENOUGH.toMinutes()));
    }
    return Check.of(
        growth < MOST_GROWTH_PER_HOUR,
        sentence + ", limit " + String.format(Locale.ROOT, "%.0f", MOST_GROWTH_PER_HOUR / 1e6));
  }

  private static Check held(
      String what, Outcome outcome, ToLongFunction<Reading> count, int allowance) {
    long early = count.applyAsLong(outcome.early());
    long end = count.applyAsLong(outcome.end());
    if (early < 0 || end < 0) {
      return Check.told(what + ": this operating system does not say");
    }
    return Check.of(
        end <= early + allowance,
        "%s: %s at %s, %s at %s, may be %d more"
            .formatted(
                what,
                Figures.count(early),
                Reading.clock(outcome.early().at()),
                Figures.count(end),
                Reading.clock(outcome.end().at()),
                allowance));
  }
}
