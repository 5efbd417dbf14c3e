package io.millrace.ops.bench.result;

import java.util.List;
import java.util.Map;

/**
 * What one case said of one system.
 *
 * @param caseName the case: {@code drain}
 * @param system who was measured: {@code millrace}, {@code floor}, {@code db-scheduler}, {@code
 *     jobrunr}, {@code pg-boss}, {@code graphile-worker}
 * @param costs per 1,000 jobs: the ledger's line to its figure; empty where none was kept
 * @param faults what went wrong, in sentences; a bench with any has failed
 */
public record Measurement(
    String caseName,
    String system,
    List<Figure> figures,
    List<Series> series,
    List<Latencies> latencies,
    Map<String, Double> costs,
    List<String> faults) {
  /** The system that this project is. */
  public static final String MILLRACE = "millrace";

  /** Bare batched JDBC on the same rows. */
  public static final String FLOOR = "floor";

  public Measurement {
    figures = List.copyOf(figures);
    series = List.copyOf(series);
    latencies = List.copyOf(latencies);
    costs = Map.copyOf(costs);
    faults = List.copyOf(faults);
  }

  public static Measurement of(String caseName, String system, List<Figure> figures) {
    return new Measurement(caseName, system, figures, List.of(), List.of(), Map.of(), List.of());
  }
}
