package io.millrace.ops.bench.suite;

import io.millrace.ops.bench.report.Comparison;
import io.millrace.ops.bench.report.ComparisonTable;
import io.millrace.ops.bench.report.ReportFolder;
import io.millrace.ops.bench.report.Table;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is printed when all is measured. */
public final class Closing {
  private final PrintWriter out;
  private final int columns;

  public Closing(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.columns = terminal.columns();
  }

  /**
   * Prints the figures, the remarks, the faults, the comparison and where the reports are.
   *
   * @param older to compare with; null for no comparison
   * @return true when nothing went wrong and the comparison did not fail
   */
  public boolean print(BenchReport report, @Nullable BenchReport older, ReportFolder reports) {
    section("", Table.lines(report, columns));
    if (!report.remarks().isEmpty()) {
      section("Remarks:", report.remarks().stream().map(remark -> "  " + remark).toList());
    }
    List<String> faults = report.measurements().stream().flatMap(Closing::faults).toList();
    if (!faults.isEmpty()) {
      section("What went wrong:", faults);
    }
    boolean passed = faults.isEmpty();
    if (older != null) {
      Comparison comparison = Comparison.of(older, report);
      section(
          "Compared with the run of " + older.startedAt() + ":",
          ComparisonTable.lines(comparison, columns));
      passed &= comparison.passed();
    }
    section("", List.of("Reports: " + reports.json() + ", " + reports.html()));
    return passed;
  }

  private static java.util.stream.Stream<String> faults(Measurement measurement) {
    return measurement.faults().stream()
        .map(fault -> "  " + measurement.caseName() + ", " + measurement.system() + ": " + fault);
  }

  private void section(String title, List<String> lines) {
    out.println();
    if (!title.isEmpty()) {
      out.println(title);
    }
    lines.forEach(out::println);
    out.flush();
  }
}
