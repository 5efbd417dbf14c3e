package io.millrace.ops.scale.simulate;

import io.millrace.ops.report.Figures;
import io.millrace.ops.report.TextTable;
import io.millrace.ops.report.TextTable.Column;
import java.util.List;
import java.util.Locale;

/** The scores of one trace as text. */
public final class ScoreTable {
  private ScoreTable() {}

  /** The lines, none wider than this many cells unless there is no way. */
  public static List<String> lines(List<Score> scores, int width) {
    TextTable table =
        new TextTable(
            List.of(
                new Column("POLICY", false, 12, 14, 0),
                new Column("LATE", true, 5, 8, 0),
                new Column("P50 WAIT", true, 8, 10, 4),
                new Column("P99 WAIT", true, 8, 10, 0),
                new Column("PEAK", true, 6, 12, 3),
                new Column("WORKER-H", true, 8, 10, 0),
                new Column("× LEAST", true, 7, 8, 1),
                new Column("CHANGES", true, 7, 8, 2),
                new Column("TURNS", true, 5, 6, 0),
                new Column("INTERRUPTED", true, 11, 11, 0)));
    for (Score score : scores) {
      table.addText(
          List.of(
              score.policy(),
              Figures.percent(score.lateShare()),
              seconds(score.p50Wait()),
              seconds(score.p99Wait()),
              Figures.count(score.peak()),
              decimals(score.workerHours()),
              decimals(score.costRatio()),
              Figures.count(score.changes()),
              Figures.count(score.turns()),
              Figures.count(score.interrupted())));
    }
    return table.render(width);
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%,.1f s", seconds);
  }

  private static String decimals(double number) {
    return String.format(Locale.ROOT, "%,.2f", number);
  }
}
