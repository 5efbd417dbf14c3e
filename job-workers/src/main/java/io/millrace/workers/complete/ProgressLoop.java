package io.millrace.workers.complete;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobEvent;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.DataErrors;
import io.millrace.store.ProgressStore;
import io.millrace.store.ProgressStore.Line;
import io.millrace.store.ProgressStore.Report;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes progress, output and log lines of all running jobs twice a second. Of several reports of
 * progress between two writes the last one counts; every piece of output does, in its order, and
 * the handler waits when they outrun the database. Log lines beyond the room for them are dropped.
 */
public final class ProgressLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(ProgressLoop.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int LINES_ROOM = 10_000;
  private static final int LINES_BATCH = 1_000;
  private static final int REPORTS_BATCH = 500;

  /** Bytes of output not written yet, of all attempts; and most of them in one statement. */
  private static final int OUTPUT_ROOM = 16 * 1024 * 1024;

  private static final int OUTPUT_BATCH = 4 * 1024 * 1024;

  private final ProgressStore store;
  private final AnnounceLoop announcer;
  private final Time time;
  private final Semaphore room = new Semaphore(OUTPUT_ROOM, true);

  /** Per attempt, in the order they came. A list is only touched inside a compute of its key. */
  private final Map<Fence, List<Entry>> pending = new ConcurrentHashMap<>();

  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>(LINES_ROOM);

  public ProgressLoop(ProgressStore store, AnnounceLoop announcer, Time time) {
    super("progress");
    this.store = store;
    this.announcer = announcer;
    this.time = time;
  }

  private record Fence(UUID id, long session, int attempt) {
    static Fence of(ClaimedJob job) {
      return new Fence(job.id(), job.session(), job.attempt());
    }

    static Fence of(Completion completion) {
      return new Fence(completion.id(), completion.session(), completion.attempt());
    }

    static Fence of(Report report) {
      return new Fence(report.id(), report.session(), report.attempt());
    }
  }

  /** A report that waits, and the room that an output takes until it is written. */
  record Entry(Report report, int bytes, @Nullable Semaphore ahead) {
    Entry(Report report) {
      this(report, 0, null);
    }

    boolean isProgress() {
      return report.kind().equals(JobEvent.PROGRESS);
    }
  }

  /** Where an attempt says what it has to say. */
  public AttemptReports reports(ClaimedJob job) {
    return new AttemptReports(job, this);
  }

  void progress(ClaimedJob job, Entry entry) {
    pending.compute(
        Fence.of(job),
        (_, entries) -> {
          List<Entry> list = entries == null ? new ArrayList<>() : entries;
          list.removeIf(Entry::isProgress);
          list.add(entry);
          return list;
        });
  }

  void output(ClaimedJob job, Entry entry) throws InterruptedException {
    room.acquire(entry.bytes());
    pending.compute(
        Fence.of(job),
        (_, entries) -> {
          List<Entry> list = entries == null ? new ArrayList<>() : entries;
          list.add(entry);
          return list;
        });
  }

  /** Takes a log line; {@code lineNo} counts from 0 within an attempt. */
  void log(ClaimedJob job, int lineNo, String line) {
    Line full = new Line(job.id(), job.attempt(), lineNo, time.now(), line);
    if (!lines.offer(full)) {
      log.debug("no room for a log line job={}", job.id());
    }
  }

  /**
   * Writes what attempts have said that are about to be recorded: once they are, the fence refuses
   * it. Costs nothing when they have said nothing since the last write.
   */
  void flush(List<Completion> ended) throws SQLException {
    List<Fence> said = ended.stream().map(Fence::of).filter(pending::containsKey).toList();
    if (!said.isEmpty()) {
      write(said);
    }
  }

  @Override
  protected Duration tick() throws SQLException {
    write(pending.keySet());
    writeLines();
    return PAUSE;
  }

  @Override
  protected void stopped() {
    try {
      tick();
    } catch (SQLException e) {
      log.info("last progress not written error={}", e.toString());
    }
  }

  private synchronized void write(Collection<Fence> fences) throws SQLException {
    List<Entry> batch = new ArrayList<>();
    int bytes = 0;
    for (Fence fence : fences.stream().sorted(Comparator.comparing(Fence::id)).toList()) {
      for (Entry entry : waiting(fence)) {
        if (batch.size() == REPORTS_BATCH || bytes + entry.bytes() > OUTPUT_BATCH) {
          write(batch);
          batch.clear();
          bytes = 0;
        }
        batch.add(entry);
        bytes += entry.bytes();
      }
    }
    if (!batch.isEmpty()) {
      write(batch);
    }
  }

  /** A copy of what an attempt has said; it stays until it is written. */
  private List<Entry> waiting(Fence fence) {
    List<Entry> copy = new ArrayList<>();
    pending.computeIfPresent(
        fence,
        (_, entries) -> {
          copy.addAll(entries);
          return entries;
        });
    return copy;
  }

  private void write(List<Entry> batch) throws SQLException {
    try {
      report(batch);
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      for (Entry entry : batch) {
        writeAlone(entry);
      }
    }
    batch.forEach(this::written);
  }

  private void writeAlone(Entry entry) throws SQLException {
    try {
      report(List.of(entry));
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      log.warn(
          "a report cannot be stored and is dropped job={} kind={} sqlState={}",
          entry.report().id(),
          entry.report().kind(),
          e.getSQLState());
    }
  }

  private void report(List<Entry> batch) throws SQLException {
    List<Report> reports = batch.stream().map(Entry::report).toList();
    announcer.offer(store.report(reports, AnnounceLoop.GRACE));
    announcer.hint(reports.stream().map(Report::id).distinct().toList());
  }

  private void written(Entry entry) {
    pending.computeIfPresent(
        Fence.of(entry.report()),
        (_, entries) -> {
          // By identity: equal progress may have come meanwhile, and counts as new.
          entries.removeIf(other -> other == entry);
          return entries.isEmpty() ? null : entries;
        });
    if (entry.ahead() != null) {
      room.release(entry.bytes());
      entry.ahead().release();
    }
  }

  private synchronized void writeLines() throws SQLException {
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
