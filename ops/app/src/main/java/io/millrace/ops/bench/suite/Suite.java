package io.millrace.ops.bench.suite;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.report.ReportFolder;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Notes;
import io.millrace.ops.bench.stack.HostProcess;
import io.millrace.ops.bench.stack.LibraryLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs cases one after the other. The report is written after each, so that a kill loses little. A
 * case that throws is a fault, and the others go on.
 */
public final class Suite {
  /** The system of faults that are none of a system's: the bench itself failed. */
  static final String BENCH = "bench";

  private final List<BenchCase> cases;
  private final Settings settings;
  private final ReportFolder reports;
  private final ConsoleProgress progress;
  private final PrintWriter out;
  private final PrintWriter err;

  private final List<Measurement> measurements = new ArrayList<>();
  private final Instant startedAt = Instant.now();

  /**
   * What the caller chose.
   *
   * @param quick whether to measure shortly
   * @param seed of everything random
   */
  public record Settings(boolean quick, long seed) {}

  public Suite(
      List<BenchCase> cases,
      Settings settings,
      ReportFolder reports,
      ConsoleProgress progress,
      PrintWriter out,
      PrintWriter err) {
    this.cases = List.copyOf(cases);
    this.settings = settings;
    this.reports = reports;
    this.progress = progress;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs all.
   *
   * @throws InterruptedException after the case that ran has stopped what it started; what was
   *     measured before is written
   */
  public BenchReport run() throws IOException, InterruptedException {
    LibraryLog.mute();
    reports.write(report());
    try (RunFolder folder = RunFolder.create(err)) {
      BenchRun run = new BenchRun(folder.path(), settings.quick(), settings.seed(), progress);
      int number = 0;
      for (BenchCase one : cases) {
        say("[" + ++number + "/" + cases.size() + "] " + one.name() + ": " + one.title());
        measurements.addAll(measure(one, run));
        reports.write(report());
      }
    }
    return report();
  }

  private List<Measurement> measure(BenchCase one, BenchRun run)
      throws IOException, InterruptedException {
    try {
      List<Measurement> found = one.run(run);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted in case " + one.name());
      }
      return found;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError | LinkageError e) {
      if (Thread.interrupted()) {
        throw interrupted(one, e);
      }
      return List.of(fault(one, e));
    } finally {
      progress.leave();
    }
  }

  /** What a case throws while it is interrupted tells of the interrupt, not of a fault. */
  private static InterruptedException interrupted(BenchCase one, Throwable cause) {
    InterruptedException interrupted =
        new InterruptedException("interrupted in case " + one.name());
    interrupted.initCause(cause);
    return interrupted;
  }

  private Measurement fault(BenchCase one, Throwable thrown) throws IOException {
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack));
    Object file = reports.note("fault-" + one.name() + ".txt", stack.toString());
    String message = thrown.getMessage();
    String sentence =
        (message == null ? thrown.getClass().getSimpleName() : message)
            + " (the stack is in "
            + file
            + ")";
    progress.leave();
    say(one.name() + " failed: " + sentence);
    return new Measurement(
        one.name(), BENCH, List.of(), List.of(), List.of(), Map.of(), List.of(sentence));
  }

  private BenchReport report() {
    List<Notes> notes = cases.stream().map(BenchCase::notes).toList();
    Map<String, String> versions = new TreeMap<>(Versions.read());
    Map<String, String> chosen = new TreeMap<>();
    chosen.put("cases", String.join(",", cases.stream().map(BenchCase::name).toList()));
    chosen.put("largest heap of Millrace", HostProcess.HEAP);
    notes.forEach(note -> versions.putAll(note.versions()));
    notes.forEach(note -> chosen.putAll(note.settings()));
    return new BenchReport(
        startedAt,
        Machine.describe(),
        versions,
        chosen,
        settings.seed(),
        settings.quick(),
        notes.stream().flatMap(note -> note.remarks().stream()).toList(),
        List.copyOf(measurements));
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }
}
