package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The figures of a report by case, id and system; of equal ones the last counts. */
final class FigureIndex {
  private final Map<Key, Map<String, Figure>> figures = new LinkedHashMap<>();

  /**
   * What all systems were measured by.
   *
   * @param figure its id
   */
  record Key(String caseName, String figure) {}

  FigureIndex(BenchReport report) {
    for (Measurement measurement : report.measurements()) {
      for (Figure figure : measurement.figures()) {
        figures
            .computeIfAbsent(
                new Key(measurement.caseName(), figure.id()), _ -> new LinkedHashMap<>())
            .put(measurement.system(), figure);
      }
    }
  }

  /** In the order they were first measured. */
  List<Key> keys() {
    return List.copyOf(figures.keySet());
  }

  Optional<Figure> find(Key key, String system) {
    return Optional.ofNullable(figures.getOrDefault(key, Map.of()).get(system));
  }

  Optional<Figure> millrace(Key key) {
    return find(key, Measurement.MILLRACE);
  }

  Optional<Figure> floor(Key key) {
    return find(key, Measurement.FLOOR);
  }

  /** Whose label stands for all systems: Millrace's, else that of the first measured. */
  Figure named(Key key) {
    return millrace(key).orElseGet(() -> all(key).values().iterator().next());
  }

  /** By system, in the order they were measured. */
  Map<String, Figure> all(Key key) {
    return figures.getOrDefault(key, Map.of());
  }

  /** All other products that have any figure, in the order they were first measured. */
  List<String> peers() {
    return figures.values().stream()
        .flatMap(bySystem -> bySystem.keySet().stream())
        .filter(FigureIndex::isPeer)
        .distinct()
        .toList();
  }

  /** The best that another product reached. */
  Optional<Figure> bestPeer(Key key) {
    Stream<Figure> peers =
        all(key).entrySet().stream().filter(e -> isPeer(e.getKey())).map(Map.Entry::getValue);
    return peers.reduce((a, b) -> isBetter(b, a) ? b : a);
  }

  private static boolean isBetter(Figure one, Figure other) {
    double difference = base(one) - base(other);
    return one.unit().higherIsBetter() ? difference > 0 : difference < 0;
  }

  private static boolean isPeer(String system) {
    return !system.equals(Measurement.MILLRACE) && !system.equals(Measurement.FLOOR);
  }

  /** Its value in the smallest unit of its kind, so that seconds compare with milliseconds. */
  static double base(Figure figure) {
    return base(figure.value(), figure.unit());
  }

  static double base(double value, Unit unit) {
    return switch (unit) {
      case SECONDS -> value * 1000;
      case KIB -> value * 1024;
      case MIB -> value * 1024 * 1024;
      case MILLIS, BYTES, PER_SECOND, COUNT, RATIO -> value;
    };
  }
}
