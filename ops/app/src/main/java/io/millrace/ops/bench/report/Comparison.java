package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.FigureIndex.Key;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Millrace's figures in two reports, each in relation to what the bare database did in the same
 * run, so that a slower machine is no regression.
 *
 * @param speed of the machine: rows a second of the floor now as a multiple of then; empty when one
 *     of the reports has none
 * @param notMeasured figures of the older report that the newer one does not have
 */
public record Comparison(List<Line> lines, OptionalDouble speed, int notMeasured) {
  /** What the machine's speed is told by. */
  static final Key SPEED = new Key("floor", "insert-per-second");

  /** Rates that lose more than this share fail; a smaller change is none. */
  static final double TOLERANCE = 0.10;

  /** Times that become longer by more than this factor fail. */
  static final double LATENCY_LIMIT = 2.0;

  private static final double ROUNDING = 1e-9;

  public Comparison {
    lines = List.copyOf(lines);
  }

  /** How a figure has changed. */
  enum Grade {
    BETTER,
    SAME,
    /** Worse, of a kind that is only told. */
    WORSE,
    FAILED,
    /** There was nothing to compare it by. */
    UNKNOWN
  }

  /**
   * One figure.
   *
   * @param change now as a multiple of then, the machine's speed taken out; empty with UNKNOWN
   */
  record Line(Key key, Figure then, Figure now, OptionalDouble change, Grade grade) {}

  /**
   * Why a run that is about to begin could not be compared with a report.
   *
   * @param quick whether the run is a short one
   * @return a sentence, empty when nothing is in the way
   */
  public static Optional<String> obstacle(BenchReport then, boolean quick) {
    if (then.quick() != quick) {
      return Optional.of(
          then.quick()
              ? "it was measured with --quick and this run would not be; give --quick, too"
              : "it is a full run and --quick would measure a short one; leave out --quick");
    }
    if (new FigureIndex(then).floor(SPEED).filter(f -> f.value() > 0).isEmpty()) {
      return Optional.of(
          "it has no figure insert-per-second of the case floor, which both runs are related to");
    }
    return Optional.empty();
  }

  /** Compares; {@link #obstacle} has been asked before. */
  public static Comparison of(BenchReport then, BenchReport now) {
    FigureIndex old = new FigureIndex(then);
    FigureIndex recent = new FigureIndex(now);
    OptionalDouble speed = quotient(old.floor(SPEED), recent.floor(SPEED));
    List<Line> lines = new ArrayList<>();
    int notMeasured = 0;
    for (Key key : old.keys()) {
      Optional<Figure> was = old.millrace(key);
      Optional<Figure> is = recent.millrace(key);
      if (was.isPresent() && is.isPresent()) {
        OptionalDouble ownFloor = quotient(old.floor(key), recent.floor(key));
        lines.add(line(key, was.get(), is.get(), ownFloor.isPresent() ? ownFloor : speed));
      } else if (was.isPresent()) {
        notMeasured++;
      }
    }
    return new Comparison(lines, speed, notMeasured);
  }

  /** True when something could be compared and nothing failed. */
  public boolean passed() {
    return lines.stream().anyMatch(line -> line.grade() != Grade.UNKNOWN)
        && lines.stream().noneMatch(line -> line.grade() == Grade.FAILED);
  }

  private static Line line(Key key, Figure then, Figure now, OptionalDouble reference) {
    OptionalDouble raw =
        then.value() == 0 && now.value() == 0
            ? OptionalDouble.of(1)
            : quotient(Optional.of(then), Optional.of(now));
    Unit unit = now.unit();
    boolean scaled = unit == Unit.PER_SECOND || isTime(unit);
    if (raw.isEmpty() || (scaled && reference.orElse(0) <= 0)) {
      return new Line(key, then, now, OptionalDouble.empty(), Grade.UNKNOWN);
    }
    double factor = scaled ? reference.getAsDouble() : 1;
    double change = isTime(unit) ? raw.getAsDouble() * factor : raw.getAsDouble() / factor;
    return new Line(key, then, now, OptionalDouble.of(change), grade(unit, change));
  }

  private static Grade grade(Unit unit, double change) {
    if (unit == Unit.PER_SECOND && change < 1 - TOLERANCE - ROUNDING) {
      return Grade.FAILED;
    }
    if (isTime(unit) && change > LATENCY_LIMIT + ROUNDING) {
      return Grade.FAILED;
    }
    if (Math.abs(change - 1) <= TOLERANCE + ROUNDING) {
      return Grade.SAME;
    }
    return change > 1 == unit.higherIsBetter() ? Grade.BETTER : Grade.WORSE;
  }

  private static boolean isTime(Unit unit) {
    return unit == Unit.MILLIS || unit == Unit.SECONDS;
  }

  /** Now by then; empty where one is missing or then was nothing. */
  private static OptionalDouble quotient(Optional<Figure> then, Optional<Figure> now) {
    if (then.isEmpty() || now.isEmpty() || then.get().value() <= 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(FigureIndex.base(now.get()) / FigureIndex.base(then.get()));
  }
}
