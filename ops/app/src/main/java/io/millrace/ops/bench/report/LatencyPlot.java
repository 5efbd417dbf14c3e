package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.Latencies;
import io.millrace.ops.bench.result.Latencies.Bucket;
import io.millrace.ops.report.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How latencies of several systems are spread: share of all over time, which is logarithmic. */
final class LatencyPlot {
  /** Of the upper to the lower end of a bucket, where the one before it does not tell. */
  private static final double BUCKET_FACTOR = Math.sqrt(2);

  private LatencyPlot() {}

  /**
   * Draws them.
   *
   * @param latencies by system, at least one
   */
  static void draw(Markup page, Palette palette, Map<String, Latencies> latencies) {
    String name = latencies.values().iterator().next().name();
    Axis x = times(latencies);
    Axis y = Axis.linear(highest(latencies), Plot.BOTTOM, Plot.TOP);
    Plot.begin(page, Plot.words(name, said(latencies)), Plot.WIDTH, Plot.HEIGHT);
    Plot.frame(page, x, "milliseconds, logarithmic", y, "% of all");
    latencies.forEach(
        (system, spread) ->
            page.empty("path", "class", "area " + palette.of(system), "d", outline(spread, x, y)));
    Plot.legend(page, palette, latencies.keySet());
    page.close();
  }

  /** From the first bucket with a count to the end of the last, over all systems. */
  private static Axis times(Map<String, Latencies> latencies) {
    double least = Double.MAX_VALUE;
    double most = 0;
    for (Latencies spread : latencies.values()) {
      List<Bucket> buckets = spread.buckets();
      for (int i = 0; i < buckets.size(); i++) {
        if (buckets.get(i).count() > 0) {
          least = Math.min(least, lower(buckets, i));
          most = Math.max(most, buckets.get(i).upToMillis());
        }
      }
    }
    return most > 0
        ? Axis.logarithmic(least, most, Plot.LEFT, Plot.RIGHT)
        : Axis.logarithmic(1, 10, Plot.LEFT, Plot.RIGHT);
  }

  private static double highest(Map<String, Latencies> latencies) {
    return latencies.values().stream()
        .flatMapToDouble(
            spread -> spread.buckets().stream().mapToDouble(bucket -> share(bucket, spread)))
        .max()
        .orElse(1);
  }

  private static String outline(Latencies spread, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    List<Bucket> buckets = spread.buckets();
    for (int i = 0; i < buckets.size(); i++) {
      String top = Markup.at(y.place(share(buckets.get(i), spread)));
      String left = Markup.at(x.place(lower(buckets, i)));
      path.append(i == 0 ? "M" + left + "," + Markup.at(Plot.BOTTOM) : "");
      path.append(" L").append(left).append(',').append(top);
      path.append(" L").append(Markup.at(x.place(buckets.get(i).upToMillis())));
      path.append(',').append(top);
    }
    return path.isEmpty() ? "" : path + " V" + Markup.at(Plot.BOTTOM) + " Z";
  }

  private static double lower(List<Bucket> buckets, int index) {
    double upper = buckets.get(index).upToMillis();
    double before = index == 0 ? 0 : buckets.get(index - 1).upToMillis();
    return before > 0 && before < upper ? before : Math.max(upper / BUCKET_FACTOR, 1e-4);
  }

  private static double share(Bucket bucket, Latencies spread) {
    return 100.0 * bucket.count() / Math.max(1, spread.count());
  }

  private static Map<String, String> said(Map<String, Latencies> latencies) {
    Map<String, String> said = new LinkedHashMap<>();
    latencies.forEach(
        (system, spread) ->
            said.put(
                system,
                "median "
                    + Figures.number(spread.p50())
                    + " ms, 99th percentile "
                    + Figures.number(spread.p99())
                    + " ms"));
    return said;
  }
}
