package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.FigureIndex.Key;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.report.Figures;
import java.util.Optional;
import java.util.function.Function;

/** What one figure of Millrace is held against. */
sealed interface Bound {
  /** As a person reads it: {@code ≥ 2.5 × db-scheduler}. */
  String text();

  /** With the numbers of a report; empty when a figure it needs was not measured. */
  Optional<Resolved> resolve(FigureIndex figures, Key key);

  /**
   * A bound in numbers.
   *
   * @param text the number Millrace has to reach: {@code ≥ 12,300}
   * @param hardness more means harder to reach, among bounds of one figure
   */
  record Resolved(String text, boolean met, double hardness) {}

  /** A number, higher being better. */
  record AtLeast(double value) implements Bound {
    @Override
    public String text() {
      return "≥ " + Figures.number(value);
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      return figures.millrace(key).map(f -> new Resolved(text(), f.value() >= value, value));
    }
  }

  /** A number not to be exceeded. */
  record AtMost(double value, Unit unit) implements Bound {
    @Override
    public String text() {
      return "≤ " + amount(value, unit);
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      double limit = FigureIndex.base(value, unit);
      return figures
          .millrace(key)
          .map(f -> new Resolved(text(), FigureIndex.base(f) <= limit, -limit));
    }
  }

  /** A number not to be reached. */
  record Below(double value, Unit unit) implements Bound {
    @Override
    public String text() {
      return "< " + amount(value, unit);
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      double limit = FigureIndex.base(value, unit);
      return figures
          .millrace(key)
          .map(f -> new Resolved(text(), FigureIndex.base(f) < limit, -limit));
    }
  }

  /** The same figure of another system, times a factor, higher being better. */
  record TimesSystem(double factor, String system) implements Bound {
    @Override
    public String text() {
      return "≥ " + Figures.number(factor) + " × " + system;
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      return atLeast(figures, key, factor, index -> index.find(key, system));
    }
  }

  /** The best of all other products that were measured, times a factor, higher being better. */
  record TimesBestPeer(double factor) implements Bound {
    @Override
    public String text() {
      return "≥ " + Figures.number(factor) + " × the best peer";
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      return atLeast(figures, key, factor, index -> index.bestPeer(key));
    }
  }

  /** Another figure of Millrace in the same case, times a factor, lower being better. */
  record TimesFigure(double factor, String figure) implements Bound {
    @Override
    public String text() {
      return "≤ " + Figures.number(factor) + " × " + figure;
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      Optional<Figure> own = figures.millrace(key);
      Optional<Figure> other = figures.millrace(new Key(key.caseName(), figure));
      if (own.isEmpty() || other.isEmpty()) {
        return Optional.empty();
      }
      double limit = other.get().value() * factor;
      boolean met = FigureIndex.base(own.get()) <= FigureIndex.base(other.get()) * factor;
      return Optional.of(new Resolved("≤ " + amount(limit, other.get().unit()), met, -limit));
    }
  }

  /** A bound of another figure of Millrace in the same case. */
  record Other(String figure, Bound bound) implements Bound {
    @Override
    public String text() {
      return figure + " " + bound.text();
    }

    @Override
    public Optional<Resolved> resolve(FigureIndex figures, Key key) {
      return bound
          .resolve(figures, new Key(key.caseName(), figure))
          .map(
              resolved ->
                  new Resolved(
                      figure + " " + resolved.text(), resolved.met(), resolved.hardness()));
    }
  }

  /** A number with its unit: {@code 300 ms}. */
  static String amount(double value, Unit unit) {
    return (Figures.number(value) + " " + unit.sign()).strip();
  }

  private static Optional<Resolved> atLeast(
      FigureIndex figures,
      Key key,
      double factor,
      Function<FigureIndex, Optional<Figure>> reference) {
    Optional<Figure> own = figures.millrace(key);
    Optional<Figure> other = reference.apply(figures);
    if (own.isEmpty() || other.isEmpty()) {
      return Optional.empty();
    }
    double limit = FigureIndex.base(other.get()) * factor;
    String text = "≥ " + Figures.number(other.get().value() * factor);
    return Optional.of(new Resolved(text, FigureIndex.base(own.get()) >= limit, limit));
  }
}
