package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Limits;
import io.millrace.runtime.Backoff;
import io.millrace.runtime.Time;
import io.millrace.store.CheckpointStore.Saved;
import io.millrace.workers.complete.AttemptReports;
import io.millrace.workers.complete.CheckpointLoop;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobStoppedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a handler sees of its attempt. */
final class AttemptContext implements JobContext {
  private static final Pattern COUNTER = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

  private final Attempt attempt;
  private final AttemptReports reports;
  private final CheckpointLoop checkpoints;
  private final Time time;

  AttemptContext(Attempt attempt, AttemptReports reports, CheckpointLoop checkpoints, Time time) {
    this.attempt = attempt;
    this.reports = reports;
    this.checkpoints = checkpoints;
    this.time = time;
  }

  @Override
  public UUID jobId() {
    return attempt.job().id();
  }

  @Override
  public String tenant() {
    return attempt.job().tenant();
  }

  @Override
  public int attempt() {
    return attempt.job().attempt();
  }

  @Override
  public void progress(double fraction, String message, Map<String, Long> counters) {
    double clamped = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0);
    String figures = counters.isEmpty() ? null : figures(counters);
    attempt.sign(time.nanos());
    if (!attempt.isSettled()) {
      reports.progress(clamped, cut(message), figures);
    }
  }

  @Override
  public void usage(String name, long amount) {
    if (!COUNTER.matcher(name).matches()) {
      throw new IllegalArgumentException("a name of usage must match " + COUNTER);
    }
    attempt.use(name, amount);
  }

  @Override
  public void emit(@Nullable Object piece) throws JobStoppedException {
    String json = JobJson.write(piece, Limits.MAX_OUTPUT_BYTES, "a piece of output");
    checkSettled();
    boolean told = startWait();
    try {
      reports.output(json);
    } catch (InterruptedException e) {
      throw stopped("interrupted while output waits for the database");
    } finally {
      endWait(told);
    }
  }

  @Override
  public void log(String line) {
    if (!attempt.isSettled()) {
      reports.log(cut(line));
    }
  }

  @Override
  public void saveCheckpoint(Object document) throws JobStoppedException {
    String json = JobJson.write(document, Limits.MAX_CHECKPOINT_BYTES, "a checkpoint");
    checkSettled();
    ClaimedJob job = attempt.job();
    boolean told = startWait();
    try {
      switch (checkpoints.save(new Saved(job.id(), job.session(), job.attempt(), json)).get()) {
        case SAVED -> {}
        case REFUSED ->
            throw new IllegalArgumentException("PostgreSQL does not take the checkpoint for JSON");
        case NOT_OURS -> {
          attempt.stop(StopReason.LEASE_LOST, time.nanos());
          throw stopped("the job is no longer this attempt's");
        }
      }
    } catch (InterruptedException e) {
      throw stopped("interrupted while a checkpoint is saved");
    } catch (ExecutionException e) {
      throw stopped("the worker has stopped before the checkpoint was saved");
    } finally {
      endWait(told);
    }
  }

  @Override
  public <T> Optional<T> checkpoint(Class<T> type) throws JobStoppedException {
    attempt.startWait();
    try {
      return stored().map(json -> JobJson.read(json, type));
    } catch (InterruptedException e) {
      throw stopped("interrupted while the checkpoint is read");
    } finally {
      attempt.endWait(time.nanos());
    }
  }

  /** Asks until the database answers or the attempt is stopped: an outage costs no attempt. */
  private Optional<String> stored() throws InterruptedException, JobStoppedException {
    Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));
    while (true) {
      checkCancelled();
      try {
        return checkpoints.find(attempt.job().id());
      } catch (SQLException e) {
        TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
      }
    }
  }

  @Override
  public boolean isCancelled() {
    return attempt.stopReason() != null;
  }

  @Override
  public void checkCancelled() throws JobStoppedException {
    if (isCancelled()) {
      throw stopped("the attempt was stopped");
    }
  }

  /**
   * Silence from here on is not the handler's. One that has been told to stop may still save where
   * it is: the interrupt that told it is set aside.
   */
  private boolean startWait() {
    attempt.startWait();
    return isCancelled() && Thread.interrupted();
  }

  private void endWait(boolean told) {
    attempt.endWait(time.nanos());
    if (told) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkSettled() throws JobStoppedException {
    if (attempt.isSettled()) {
      throw stopped("the attempt is over, its outcome was recorded without it");
    }
  }

  private JobStoppedException stopped(String what) {
    StopReason reason = attempt.stopReason();
    return new JobStoppedException(reason == null ? what : what + ": " + reason);
  }

  private static String figures(Map<String, Long> counters) {
    if (counters.size() > Limits.MAX_COUNTERS) {
      throw new IllegalArgumentException(
          "%d counters are more than the limit of %d"
              .formatted(counters.size(), Limits.MAX_COUNTERS));
    }
    for (String name : counters.keySet()) {
      if (!COUNTER.matcher(name).matches()) {
        throw new IllegalArgumentException("a counter's name must match " + COUNTER);
      }
    }
    return JobJson.write(counters, Integer.MAX_VALUE, "counters");
  }

  private static String cut(String text) {
    String clean = text.replace('\u0000', ' ').replace('\n', ' ').replace('\r', ' ');
    int most = Limits.MAX_PROGRESS_MESSAGE_CHARS;
    if (clean.length() <= most) {
      return clean;
    }
    int end = Character.isHighSurrogate(clean.charAt(most - 2)) ? most - 2 : most - 1;
    return clean.substring(0, end) + "…";
  }
}
