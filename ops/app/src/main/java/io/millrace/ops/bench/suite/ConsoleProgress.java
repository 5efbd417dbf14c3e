package io.millrace.ops.bench.suite;

import io.millrace.ops.bench.Progress;
import io.millrace.ops.report.Figures;
import io.millrace.ops.report.ProgressLine;
import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/**
 * Progress as a person sees it: at a terminal one line, redrawn at most four times a second;
 * elsewhere a line at the begin and one at the end. Not for several threads at once.
 */
public final class ConsoleProgress implements Progress {
  private static final long REDRAW_NANOS = 250_000_000;
  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final boolean interactive;
  private final ProgressLine line;
  private final LongSupplier nanoTime;

  private String what = "";
  private long total = 1;
  private long done;
  private long beganAt;
  private long drawnAt;
  private boolean begun;
  private boolean counted;

  public ConsoleProgress(PrintWriter out, Terminal terminal) {
    this(out, terminal, System::nanoTime);
  }

  ConsoleProgress(PrintWriter out, Terminal terminal, LongSupplier nanoTime) {
    this.out = out;
    this.interactive = terminal.interactive();
    this.line = new ProgressLine(out, terminal);
    this.nanoTime = nanoTime;
  }

  @Override
  public void begin(String what, long total) {
    begin(what, total, true);
  }

  @Override
  public void beginSteps(String what, long steps) {
    begin(what, steps, false);
  }

  private void begin(String what, long total, boolean counted) {
    leave();
    this.counted = counted;
    this.what = what;
    this.total = Math.max(1, total);
    done = 0;
    beganAt = nanoTime.getAsLong();
    drawnAt = beganAt;
    begun = true;
    if (interactive) {
      line.note(drawing(0));
    } else {
      say(what + " …");
    }
  }

  @Override
  public void at(long done) {
    this.done = Math.clamp(done, 0, total);
    long now = nanoTime.getAsLong();
    if (begun && interactive && now - drawnAt >= REDRAW_NANOS) {
      drawnAt = now;
      line.note(drawing((now - beganAt) / NANOS));
    }
  }

  @Override
  public void end() {
    if (!begun) {
      return;
    }
    done = total;
    double seconds = (nanoTime.getAsLong() - beganAt) / NANOS;
    String last = summary(seconds);
    if (interactive) {
      line.note(last);
    } else {
      say(last);
    }
    leave();
  }

  private String summary(double seconds) {
    String took = Figures.millis(millis(seconds));
    if (!counted) {
      return what + ": " + took;
    }
    String text = what + ": " + Figures.count(total) + " in " + took;
    return seconds > 0 ? text + ", " + rate(seconds) : text;
  }

  /** Something else is about to be printed: a drawing that stands is left behind. */
  void leave() {
    begun = false;
    line.end();
  }

  private String drawing(double seconds) {
    double fraction = (double) done / total;
    String text = what + "  " + ProgressLine.bar(fraction);
    if (counted) {
      text += "  " + Figures.count(done) + "/" + Figures.count(total);
    }
    if (done == 0 || seconds <= 0) {
      return text;
    }
    String left = Figures.millis(millis(seconds * (total - done) / done)) + " left";
    return text + (counted ? "  " + rate(seconds) : "") + "  " + left;
  }

  private String rate(double seconds) {
    return Figures.number(done / seconds) + "/s";
  }

  private static long millis(double seconds) {
    return Math.round(seconds * 1000);
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }
}
