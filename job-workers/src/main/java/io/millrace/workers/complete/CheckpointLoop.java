package io.millrace.workers.complete;

import io.millrace.runtime.Backoff;
import io.millrace.runtime.Batcher;
import io.millrace.store.CheckpointStore;
import io.millrace.store.CheckpointStore.Saved;
import io.millrace.store.DataErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the checkpoints of all running attempts, those that wait in one transaction. While the
 * database does not answer it tries again, and the handlers wait: an outage is not their failure.
 */
public final class CheckpointLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CheckpointLoop.class);
  private static final int MAX_BATCH = 100;

  /** What became of a document. */
  public enum Answer {
    /** It is durable. */
    SAVED,
    /** The job is no longer the attempt's; nothing was written. */
    NOT_OURS,
    /** PostgreSQL does not take it for JSON; nothing was written. */
    REFUSED
  }

  private final CheckpointStore store;
  private final Batcher<Saved, Answer> batcher;
  private volatile boolean givingUp;

  /**
   * Makes a loop.
   *
   * @param capacity most documents waiting: at least the worker's slots, so that none is refused
   */
  public CheckpointLoop(CheckpointStore store, int capacity) {
    this.store = store;
    this.batcher = new Batcher<>("checkpoint", capacity, MAX_BATCH, this::write);
  }

  /** Starts the thread. */
  public void start() {
    batcher.start();
  }

  /** The loop itself, for its health. */
  public Batcher<?, ?> loop() {
    return batcher;
  }

  /** Hands a document in; the answer comes when it is durable. */
  public CompletableFuture<Answer> save(Saved document) {
    return batcher.submit(document);
  }

  /** What was saved last for a job; asks the database at once. */
  public Optional<String> find(UUID job) throws SQLException {
    return store.find(job);
  }

  /** Writes what waits, then ends; gives up on a database that does not answer. */
  @Override
  public void close() {
    givingUp = true;
    batcher.close();
  }

  private List<Answer> write(List<Saved> batch) throws Exception {
    // One per job: of two threads of an attempt the later counts, of two attempts the newer.
    Map<UUID, Saved> latest = new HashMap<>();
    batch.forEach(
        row ->
            latest.merge(
                row.id(), row, (before, now) -> now.attempt() < before.attempt() ? before : now));
    List<Saved> rows = new ArrayList<>(latest.values());
    rows.sort(Comparator.comparing(Saved::id));
    Set<UUID> refused = new HashSet<>();
    Set<UUID> saved = writeUntilDone(rows, refused);
    return batch.stream()
        .map(
            row -> {
              Saved written = latest.get(row.id());
              if (written == null || written.attempt() != row.attempt()) {
                return Answer.NOT_OURS;
              }
              return saved.contains(row.id())
                  ? Answer.SAVED
                  : refused.contains(row.id()) ? Answer.REFUSED : Answer.NOT_OURS;
            })
        .toList();
  }

  private Set<UUID> writeUntilDone(List<Saved> rows, Set<UUID> refused) throws Exception {
    Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));
    while (true) {
      try {
        return writeOnce(rows, refused);
      } catch (SQLException e) {
        if (givingUp) {
          throw e;
        }
        Duration wait = backoff.next();
        log.warn(
            "checkpoints not saved yet count={} failures={} retryMillis={} error={}",
            rows.size(),
            backoff.failures(),
            wait.toMillis(),
            e.toString());
        TimeUnit.NANOSECONDS.sleep(wait.toNanos());
      }
    }
  }

  private Set<UUID> writeOnce(List<Saved> rows, Set<UUID> refused) throws SQLException {
    try {
      return store.save(rows);
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      if (rows.size() == 1) {
        refused.add(rows.getFirst().id());
        return Set.of();
      }
      Set<UUID> saved = new HashSet<>();
      for (Saved row : rows) {
        saved.addAll(writeOnce(List.of(row), refused));
      }
      return saved;
    }
  }
}
