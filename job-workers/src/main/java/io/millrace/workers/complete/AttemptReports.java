package io.millrace.workers.complete;

import io.millrace.model.ClaimedJob;
import io.millrace.model.JobEvent;
import io.millrace.model.Limits;
import io.millrace.store.ProgressStore.Report;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one attempt says while it runs: progress, output, log lines. Thread-safe. */
public final class AttemptReports {
  /** Pieces of output an attempt may be ahead of the database. */
  private static final int OUTPUTS_AHEAD = 100;

  private final ClaimedJob job;
  private final ProgressLoop loop;
  private final Semaphore ahead = new Semaphore(OUTPUTS_AHEAD);
  private final AtomicInteger lines = new AtomicInteger();

  AttemptReports(ClaimedJob job, ProgressLoop loop) {
    this.job = job;
    this.loop = loop;
  }

  /** Takes progress over what has not been written yet; {@code fraction} is 0.0 to 1.0. */
  public void progress(double fraction, String message, @Nullable String counters) {
    loop.progress(
        job, new ProgressLoop.Entry(report(JobEvent.PROGRESS, fraction, message, counters, null)));
  }

  /** Takes a piece of output, a JSON document; waits while too much has not been written yet. */
  public void output(String json) throws InterruptedException {
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    ahead.acquire();
    try {
      loop.output(
          job,
          new ProgressLoop.Entry(report(JobEvent.OUTPUT, 0, "", null, json), bytes + 1, ahead));
    } catch (InterruptedException e) {
      ahead.release();
      throw e;
    }
  }

  /** Takes a log line; those beyond the limit of an attempt are dropped. */
  public void log(String line) {
    int lineNo = lines.getAndIncrement();
    if (lineNo < Limits.MAX_LOG_LINES) {
      loop.log(job, lineNo, line);
    }
  }

  private Report report(
      String kind,
      double fraction,
      String message,
      @Nullable String counters,
      @Nullable String output) {
    return new Report(
        job.id(),
        job.session(),
        job.attempt(),
        kind,
        fraction,
        message,
        counters,
        output,
        job.inRun());
  }
}
