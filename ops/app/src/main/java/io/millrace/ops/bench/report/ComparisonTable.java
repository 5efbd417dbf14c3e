package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.Comparison.Line;
import io.millrace.ops.report.Figures;
import io.millrace.ops.report.TextTable;
import io.millrace.ops.report.TextTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison as text: a line for each figure, then what it comes to. */
public final class ComparisonTable {
  private ComparisonTable() {}

  /** The lines, none of the table's wider than this many cells. */
  public static List<String> lines(Comparison comparison, int width) {
    TextTable table =
        new TextTable(
            List.of(
                new Column("CASE", false, 9, 14, 0),
                new Column("FIGURE", false, 12, 26, 0),
                new Column("UNIT", false, 4, 4, 2),
                new Column("THEN", true, 6, 12, 1),
                new Column("NOW", true, 6, 12, 0),
                new Column("CHANGE", true, 7, 9, 0),
                new Column("", false, 6, 12, 0)));
    for (Line line : comparison.lines()) {
      table.addText(
          List.of(
              line.key().caseName(),
              line.key().figure(),
              line.now().unit().sign(),
              Figures.number(line.then().value()),
              Figures.number(line.now().value()),
              change(line),
              word(line)));
    }
    List<String> lines = new ArrayList<>(table.render(width));
    lines.addAll(closing(comparison));
    return lines;
  }

  private static List<String> closing(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    comparison
        .speed()
        .ifPresent(
            speed ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "The floor inserts %.2f × as many rows a second as then; the changes are"
                            + " what is left of the difference.",
                        speed)));
    if (comparison.notMeasured() > 0) {
      lines.add(comparison.notMeasured() + " figures of the older report were not measured now.");
    }
    long failed =
        comparison.lines().stream().filter(line -> line.grade() == Comparison.Grade.FAILED).count();
    lines.add(
        comparison.passed()
            ? "No rate is more than 10 % worse, no time more than twice as long."
            : failed == 0
                ? "Nothing could be compared, so the comparison has failed."
                : failed
                    + " failed: a rate more than 10 % worse or a time more than twice as long.");
    return lines;
  }

  private static String change(Line line) {
    return line.change().isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%+.0f%%", (line.change().getAsDouble() - 1) * 100);
  }

  private static String word(Line line) {
    return switch (line.grade()) {
      case BETTER -> "better";
      case SAME -> "same";
      case WORSE -> "worse";
      case FAILED -> "FAILED";
      case UNKNOWN -> "not compared";
    };
  }
}
