package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.Bound.Resolved;
import io.millrace.ops.bench.report.FigureIndex.Key;
import io.millrace.ops.bench.result.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a figure of Millrace is meant to be.
 *
 * @param bars all of them have to be reached
 * @param moonshots what would be remarkable; may be empty
 */
record Target(Key key, List<Bound> bars, List<Bound> moonshots) {
  Target {
    bars = List.copyOf(bars);
    moonshots = List.copyOf(moonshots);
  }

  static Target of(String caseName, String figure, Bound... bars) {
    return new Target(new Key(caseName, figure), List.of(bars), List.of());
  }

  Target withMoonshot(Bound... bounds) {
    return new Target(key, bars, List.of(bounds));
  }

  /**
   * A target beside what was measured.
   *
   * @param bars those that could be looked at, in numbers
   * @param moonshots likewise
   */
  record Judgement(
      Target target,
      Figure figure,
      List<Resolved> bars,
      List<Resolved> moonshots,
      Verdict verdict) {
    /** {@code ≥ 12,300}; empty when nothing could be looked at. */
    String barText() {
      return join(bars);
    }

    String moonshotText() {
      return join(moonshots);
    }

    private static String join(List<Resolved> bounds) {
      return bounds.stream().map(Resolved::text).collect(Collectors.joining(", "));
    }
  }

  /** Empty when Millrace has no such figure. */
  Optional<Judgement> judge(FigureIndex figures) {
    return figures
        .millrace(key)
        .map(
            figure -> {
              List<Resolved> knownBars = resolve(bars, figures);
              List<Resolved> knownMoonshots = resolve(moonshots, figures);
              return new Judgement(
                  this, figure, knownBars, knownMoonshots, verdict(knownBars, knownMoonshots));
            });
  }

  private List<Resolved> resolve(List<Bound> bounds, FigureIndex figures) {
    List<Resolved> known = new ArrayList<>();
    for (Bound bound : bounds) {
      bound.resolve(figures, key).ifPresent(known::add);
    }
    return known;
  }

  private Verdict verdict(List<Resolved> knownBars, List<Resolved> knownMoonshots) {
    if (!knownBars.stream().allMatch(Resolved::met)) {
      return Verdict.BELOW;
    }
    if (knownBars.size() < bars.size()) {
      return Verdict.OPEN;
    }
    boolean shot =
        !moonshots.isEmpty()
            && knownMoonshots.size() == moonshots.size()
            && knownMoonshots.stream().allMatch(Resolved::met);
    return shot ? Verdict.MOONSHOT : Verdict.BAR;
  }
}
