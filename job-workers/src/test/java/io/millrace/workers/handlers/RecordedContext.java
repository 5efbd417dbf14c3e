package io.millrace.workers.handlers;

import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobStoppedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A context that remembers what it was told. */
public final class RecordedContext implements JobContext {
  public static final UUID JOB_ID = UUID.fromString("0198f1de-0000-7000-8000-000000000001");

  public final List<String> progress = new CopyOnWriteArrayList<>();
  public final List<@Nullable Object> output = new CopyOnWriteArrayList<>();
  public final Map<String, Long> used = new ConcurrentHashMap<>();
  public volatile @Nullable Object checkpoint;
  private final int attempt;
  private volatile boolean cancelled;

  public RecordedContext() {
    this(1);
  }

  public RecordedContext(int attempt) {
    this.attempt = attempt;
  }

  public void cancel() {
    cancelled = true;
  }

  @Override
  public UUID jobId() {
    return JOB_ID;
  }

  @Override
  public String tenant() {
    return "acme";
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public void progress(double fraction, String message, Map<String, Long> counters) {
    progress.add(fraction + " " + message);
  }

  @Override
  public void usage(String name, long amount) {
    used.merge(name, amount, Long::sum);
  }

  @Override
  public void emit(@Nullable Object piece) {
    output.add(piece);
  }

  @Override
  public void saveCheckpoint(Object document) {
    checkpoint = document;
  }

  @Override
  public <T> Optional<T> checkpoint(Class<T> type) {
    return Optional.ofNullable(checkpoint).map(type::cast);
  }

  @Override
  public void log(String line) {}

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void checkCancelled() throws JobStoppedException {
    if (cancelled) {
      throw new JobStoppedException("cancelled");
    }
  }
}
