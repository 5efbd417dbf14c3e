package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Measurement;
import java.util.ArrayList;
import java.util.List;

/** Which class of the style sheet a system is drawn with, the same on the whole page. */
final class Palette {
  /** Of the style sheet; further systems share the last. */
  private static final int COLOURS = 6;

  private final List<String> others = new ArrayList<>();

  Palette(BenchReport report) {
    for (Measurement measurement : report.measurements()) {
      String system = measurement.system();
      if (!system.equals(Measurement.MILLRACE)
          && !system.equals(Measurement.FLOOR)
          && !others.contains(system)) {
        others.add(system);
      }
    }
  }

  String of(String system) {
    return switch (system) {
      case Measurement.MILLRACE -> "millrace";
      case Measurement.FLOOR -> "floor";
      default -> "peer" + Math.clamp(others.indexOf(system), 0, COLOURS - 1);
    };
  }
}
