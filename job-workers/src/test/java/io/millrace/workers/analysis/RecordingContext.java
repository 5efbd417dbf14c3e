package io.millrace.workers.analysis;

import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobStoppedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A job's context that remembers what it was told and can run something between two blocks. */
public class RecordingContext implements JobContext {
  private final UUID jobId;
  private final int attempt;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile double fraction;
  private volatile @Nullable String message;

  public RecordingContext(UUID jobId, int attempt) {
    this.jobId = jobId;
    this.attempt = attempt;
  }

  public static RecordingContext first() {
    return new RecordingContext(UUID.randomUUID(), 1);
  }

  @Override
  public UUID jobId() {
    return jobId;
  }

  @Override
  public String tenant() {
    return "test";
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public void progress(double newFraction, String newMessage, Map<String, Long> counters) {
    fraction = newFraction;
    message = newMessage;
  }

  @Override
  public void usage(String name, long amount) {
    // Profiles report none.
  }

  @Override
  public void emit(@Nullable Object piece) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void saveCheckpoint(Object document) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Optional<T> checkpoint(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public void log(String line) {
    lines.add(line);
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void checkCancelled() throws JobStoppedException {}

  public List<String> lines() {
    return lines;
  }

  public double fraction() {
    return fraction;
  }

  public @Nullable String message() {
    return message;
  }
}
