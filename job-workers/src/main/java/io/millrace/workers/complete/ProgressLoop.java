package io.millrace.workers.complete;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.model.JobEvent;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.ProgressStore;
import io.millrace.store.ProgressStore.Line;
import io.millrace.store.ProgressStore.Report;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes progress and log lines of all running jobs twice a second. Of several reports of a job
 * between two writes the last one counts; log lines beyond the room for them are dropped.
 */
public final class ProgressLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(ProgressLoop.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int LINES_ROOM = 10_000;
  private static final int LINES_BATCH = 1_000;

  private final ProgressStore store;
  private final Time time;
  private final Map<UUID, Report> latest = new ConcurrentHashMap<>();
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>(LINES_ROOM);

  public ProgressLoop(ProgressStore store, Time time) {
    super("progress");
    this.store = store;
    this.time = time;
  }

  /** Takes a report; {@code fraction} is 0.0 to 1.0. */
  public void report(ClaimedJob job, double fraction, String message) {
    latest.put(
        job.id(),
        new Report(
            job.id(),
            job.session(),
            job.attempt(),
            JobEvent.PROGRESS,
            fraction,
            message,
            null,
            null));
  }

  /** Takes a log line; {@code lineNo} counts from 0 within an attempt. */
  public void log(ClaimedJob job, int lineNo, String line) {
    Line full = new Line(job.id(), job.attempt(), lineNo, time.now(), line);
    if (!lines.offer(full)) {
      log.debug("no room for a log line job={}", job.id());
    }
  }

  /** Writes what there is now; also before an outcome that is to be read after its log. */
  @Override
  protected Duration tick() throws SQLException {
    flush();
    return PAUSE;
  }

  @Override
  protected void stopped() {
    try {
      flush();
    } catch (SQLException e) {
      log.info("last progress not written error={}", e.toString());
    }
  }

  private synchronized void flush() throws SQLException {
    List<Report> progress = new ArrayList<>();
    for (UUID id : latest.keySet()) {
      Report one = latest.remove(id);
      if (one != null) {
        progress.add(one);
      }
    }
    if (!progress.isEmpty()) {
      progress.sort(Comparator.comparing(Report::id));
      store.report(progress, AnnounceLoop.GRACE);
    }
    List<Line> batch = new ArrayList<>();
    while (lines.drainTo(batch, LINES_BATCH) > 0) {
      try {
        store.log(batch);
      } catch (SQLException e) {
        batch.forEach(lines::offer);
        throw e;
      }
      batch.clear();
    }
  }
}
