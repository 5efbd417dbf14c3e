package io.millrace.ops.report;

import io.millrace.ops.client.JobStatus;
import java.io.PrintWriter;

/**
 * The live progress of one job: at a terminal one line that is redrawn, elsewhere one line for each
 * change of state, whole percent or message. Not for several threads at once.
 */
public final class ProgressLine {
  private static final int BAR_CELLS = 24;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  private static final String REDRAW = "\r\033[K";

  private final PrintWriter out;
  private final Terminal terminal;
  private String last = "";
  private boolean open;

  public ProgressLine(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Shows what the job does now. */
  public void show(JobStatus status) {
    if (terminal.interactive()) {
      // one cell less than the width: a full last column makes some terminals wrap
      draw(Cells.fit(wide(status), terminal.columns() - 1));
      return;
    }
    String change = change(status);
    if (!change.equals(last)) {
      last = change;
      out.println(change);
      out.flush();
    }
  }

  /**
   * Says something else, such as a server that is gone for the moment, in place of the progress.
   */
  public void note(String text) {
    if (terminal.interactive()) {
      draw(Cells.fit(text, terminal.columns() - 1));
    } else if (!text.equals(last)) {
      last = text;
      out.println(text);
      out.flush();
    }
  }

  /** Leaves the last drawing standing and moves to the next line; safe to call twice. */
  public void end() {
    if (open) {
      out.println();
      out.flush();
      open = false;
    }
  }

  private void draw(String line) {
    out.print(REDRAW + line);
    out.flush();
    open = true;
  }

  private static String wide(JobStatus status) {
    StringBuilder line = new StringBuilder(Cells.left(status.state(), 9));
    double fraction = status.isSucceeded() ? 1.0 : status.fraction().orElse(-1);
    if (fraction >= 0) {
      line.append("  ").append(bar(fraction)).append(' ').append(wholePercent(fraction));
    }
    if (!status.progressMessage().isEmpty()) {
      line.append("  ").append(status.progressMessage());
    }
    if (status.attempt() > 1) {
      line.append("  attempt ").append(status.attempt()).append('/').append(status.maxAttempts());
    }
    if (status.ranMillis() > 0) {
      line.append("  ").append(Figures.millis(status.ranMillis()));
    }
    return line.toString();
  }

  private static String change(JobStatus status) {
    StringBuilder line = new StringBuilder(status.state());
    status.fraction().ifPresent(f -> line.append(' ').append(wholePercent(f).strip()));
    if (!status.progressMessage().isEmpty()) {
      line.append("  ").append(status.progressMessage());
    }
    if (status.attempt() > 1) {
      line.append("  attempt ").append(status.attempt()).append('/').append(status.maxAttempts());
    }
    return line.toString();
  }

  /** Rounded down, so that 100% means done. */
  private static String wholePercent(double fraction) {
    return Cells.right((int) (fraction * 100) + "%", 4);
  }

  /** A bar of {@value #BAR_CELLS} cells for a fraction, 0 to 1. */
  public static String bar(double fraction) {
    int eighths = (int) (fraction * BAR_CELLS * 8);
    StringBuilder bar = new StringBuilder("█".repeat(eighths / 8));
    if (bar.length() < BAR_CELLS) {
      bar.append(EIGHTHS.charAt(eighths % 8));
    }
    return bar.append("·".repeat(BAR_CELLS - bar.length())).toString();
  }
}
