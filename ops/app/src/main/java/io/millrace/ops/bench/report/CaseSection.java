package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.FigureIndex.Key;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Latencies;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.report.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the page has of one case: bars, lines, spreads of latencies, the ledger of costs. */
final class CaseSection {
  private final String caseName;
  private final FigureIndex figures;
  private final List<Measurement> measurements;
  private final Palette palette;
  private final Markup page;

  CaseSection(BenchReport report, String caseName, FigureIndex figures, Markup page) {
    this.caseName = caseName;
    this.figures = figures;
    this.measurements =
        report.measurements().stream().filter(m -> m.caseName().equals(caseName)).toList();
    this.palette = new Palette(report);
    this.page = page;
  }

  /** False when all there is stands in the table of figures. */
  boolean hasContent() {
    return figures.keys().stream().anyMatch(this::isDrawn)
        || measurements.stream()
            .anyMatch(
                m -> !m.series().isEmpty() || !m.latencies().isEmpty() || !m.costs().isEmpty());
  }

  void write() {
    page.open("section").leaf("h2", caseName).open("div", "class", "charts");
    bars();
    lines();
    spreads();
    page.close();
    percentiles();
    ledger();
    page.close();
  }

  /** Of figures that more than one system has, and not all 0; the others stand in the table. */
  private void bars() {
    for (Key key : figures.keys()) {
      Map<String, Figure> systems = figures.all(key);
      if (isDrawn(key)) {
        String title = figures.named(key).label();
        chart(title);
        BarChart.draw(page, palette, title, systems);
        page.close();
      }
    }
  }

  private boolean isDrawn(Key key) {
    Map<String, Figure> systems = figures.all(key);
    return key.caseName().equals(caseName)
        && systems.size() > 1
        && systems.values().stream().anyMatch(figure -> figure.value() > 0);
  }

  private void lines() {
    record Kind(String name, Unit unit) {}
    Map<Kind, Map<String, Series>> kinds = new LinkedHashMap<>();
    for (Measurement measurement : measurements) {
      for (Series series : measurement.series()) {
        kinds
            .computeIfAbsent(new Kind(series.name(), series.unit()), _ -> new LinkedHashMap<>())
            .put(measurement.system(), series);
      }
    }
    kinds.forEach(
        (kind, systems) -> {
          chart(kind.name());
          LinePlot.draw(page, palette, systems);
          page.close();
        });
  }

  private void spreads() {
    Map<String, Map<String, Latencies>> names = new LinkedHashMap<>();
    for (Measurement measurement : measurements) {
      for (Latencies latencies : measurement.latencies()) {
        names
            .computeIfAbsent(latencies.name(), _ -> new LinkedHashMap<>())
            .put(measurement.system(), latencies);
      }
    }
    names.forEach(
        (name, systems) -> {
          chart(name);
          LatencyPlot.draw(page, palette, systems);
          page.close();
        });
  }

  private void chart(String title) {
    page.open("figure").leaf("figcaption", title);
  }

  private void percentiles() {
    List<List<String>> rows = new ArrayList<>();
    for (Measurement measurement : measurements) {
      for (Latencies times : measurement.latencies()) {
        rows.add(
            List.of(
                times.name(),
                measurement.system(),
                Figures.count(times.count()),
                Figures.number(times.mean()),
                Figures.number(times.p50()),
                Figures.number(times.p95()),
                Figures.number(times.p99()),
                Figures.number(times.max())));
      }
    }
    if (!rows.isEmpty()) {
      Sheet.write(
          page,
          "Latencies in milliseconds",
          2,
          List.of("what", "system", "count", "mean", "p50", "p95", "p99", "most"),
          rows);
    }
  }

  private void ledger() {
    List<Measurement> kept = measurements.stream().filter(m -> !m.costs().isEmpty()).toList();
    if (kept.isEmpty()) {
      return;
    }
    TreeSet<String> names = new TreeSet<>();
    kept.forEach(measurement -> names.addAll(measurement.costs().keySet()));
    List<String> header = new ArrayList<>(List.of("cost"));
    kept.forEach(measurement -> header.add(measurement.system()));
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(name));
      for (Measurement measurement : kept) {
        Double cost = measurement.costs().get(name);
        row.add(cost == null ? "" : Figures.number(cost));
      }
      rows.add(row);
    }
    Sheet.write(page, "Costs per 1,000 jobs", 1, header, rows);
  }
}
