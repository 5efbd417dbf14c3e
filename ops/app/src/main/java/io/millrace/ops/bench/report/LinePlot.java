package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Series.Point;
import io.millrace.ops.report.Figures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A figure of several systems over time. */
final class LinePlot {
  private LinePlot() {}

  /**
   * Draws them.
   *
   * @param series by system, at least one, all of one unit
   */
  static void draw(Markup page, Palette palette, Map<String, Series> series) {
    Series first = series.values().iterator().next();
    double seconds = most(series, false);
    Axis x = new Axis(0, seconds > 0 ? seconds : 1, false, Plot.LEFT, Plot.RIGHT);
    Axis y = Axis.linear(most(series, true), Plot.BOTTOM, Plot.TOP);
    Plot.begin(page, Plot.words(first.name(), said(series)), Plot.WIDTH, Plot.HEIGHT);
    Plot.frame(page, x, "seconds", y, Plot.name(first.unit()));
    series.forEach(
        (system, line) ->
            page.empty(
                "polyline",
                "class",
                "line " + palette.of(system),
                "points",
                line.points().stream()
                    .filter(point -> Double.isFinite(point.value()))
                    .map(
                        point ->
                            Markup.at(x.place(point.seconds()))
                                + ","
                                + Markup.at(y.place(point.value())))
                    .collect(Collectors.joining(" "))));
    Plot.legend(page, palette, series.keySet());
    page.close();
  }

  private static double most(Map<String, Series> series, boolean value) {
    return series.values().stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(point -> value ? point.value() : point.seconds())
        .filter(Double::isFinite)
        .max()
        .orElse(1);
  }

  private static Map<String, String> said(Map<String, Series> series) {
    Map<String, String> said = new LinkedHashMap<>();
    series.forEach(
        (system, line) ->
            said.put(
                system,
                "on average "
                    + Figures.number(
                        line.points().stream().mapToDouble(Point::value).average().orElse(0))));
    return said;
  }
}
