package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.Bound.Resolved;
import io.millrace.ops.bench.report.FigureIndex.Key;
import io.millrace.ops.bench.report.Target.Judgement;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.report.Figures;
import io.millrace.ops.report.TextTable;
import io.millrace.ops.report.TextTable.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All figures of a report as text: a line for each, Millrace beside floor, peers and target. Where
 * the width does not do, the moonshots leave first, then the ratios, the peers from the last, the
 * floor and the bars.
 */
public final class Table {
  /** What is said of figures measured shortly. */
  static final String QUICK =
      "Measured with --quick, while the JVMs were cold: for a look, not for a document.";

  /** From this width on the names of figures are not cut. */
  private static final int ROOMY = 80;

  private static final int NUMBER_CELLS = 10;
  private static final int SYSTEM_CELLS = 16;

  private Table() {}

  /** The lines, none wider than this many cells where the terminal has at least 60. */
  public static List<String> lines(BenchReport report, int width) {
    FigureIndex figures = new FigureIndex(report);
    List<String> peers = figures.peers();
    Map<Key, Judgement> judgements =
        Targets.judge(figures).stream()
            .collect(Collectors.toMap(judgement -> judgement.target().key(), Function.identity()));
    TextTable table = new TextTable(columns(peers, width));
    for (Key key : figures.keys()) {
      table.addText(row(figures, key, peers, Optional.ofNullable(judgements.get(key))));
    }
    List<String> lines = new ArrayList<>(table.render(width));
    if (report.quick()) {
      lines.add(QUICK);
    }
    return lines;
  }

  private static List<Column> columns(List<String> peers, int width) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("CASE", false, 13, 14, 0));
    columns.add(new Column("FIGURE", false, width < ROOMY ? 18 : 24, 26, 0));
    columns.add(new Column("UNIT", false, 4, 4, 0));
    columns.add(new Column("MILLRACE", true, 8, NUMBER_CELLS, 0));
    columns.add(new Column("FLOOR", true, 7, NUMBER_CELLS, 4 + peers.size()));
    int leaves = 3 + peers.size();
    for (String peer : peers) {
      columns.add(new Column(peer.toUpperCase(Locale.ROOT), true, 8, SYSTEM_CELLS, leaves--));
    }
    columns.add(new Column("×FLOOR", true, 6, 7, 2));
    columns.add(new Column("×PEER", true, 6, 7, 3));
    columns.add(new Column("BAR", false, 9, 22, 5 + peers.size()));
    columns.add(new Column("MOONSHOT", false, 9, 22, 1));
    columns.add(new Column("VERDICT", false, 8, 8, 0));
    return columns;
  }

  private static List<String> row(
      FigureIndex figures, Key key, List<String> peers, Optional<Judgement> judgement) {
    Map<String, Figure> systems = figures.all(key);
    Optional<Figure> own = figures.millrace(key);
    List<String> row = new ArrayList<>();
    row.add(key.caseName());
    row.add(key.figure());
    row.add(systems.values().iterator().next().unit().sign());
    row.add(number(own));
    row.add(number(figures.find(key, Measurement.FLOOR)));
    for (String peer : peers) {
      row.add(number(figures.find(key, peer)));
    }
    row.add(ratio(own, figures.floor(key)));
    row.add(ratio(own, figures.bestPeer(key)));
    row.add(judgement.map(j -> hardest(j.bars())).orElse(""));
    row.add(judgement.map(j -> hardest(j.moonshots())).orElse(""));
    row.add(judgement.map(j -> j.verdict().text()).orElse(""));
    return row;
  }

  /** Who reaches it reaches the others. */
  private static String hardest(List<Resolved> bounds) {
    return bounds.stream()
        .max(Comparator.comparingDouble(Resolved::hardness))
        .map(Resolved::text)
        .orElse("");
  }

  private static String number(Optional<Figure> figure) {
    return figure.map(f -> Figures.number(f.value())).orElse("");
  }

  /** Of Millrace to another: {@code 1.31}; empty where one is missing or the other is nothing. */
  static String ratio(Optional<Figure> own, Optional<Figure> other) {
    if (own.isEmpty() || other.isEmpty() || other.get().value() == 0) {
      return "";
    }
    double ratio = FigureIndex.base(own.get()) / FigureIndex.base(other.get());
    return String.format(Locale.ROOT, ratio < 9.995 ? "%.2f" : "%,.1f", ratio);
  }
}
