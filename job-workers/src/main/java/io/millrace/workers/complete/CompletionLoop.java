package io.millrace.workers.complete;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.runtime.Backoff;
import io.millrace.runtime.Batcher;
import io.millrace.store.CompletionStore;
import io.millrace.store.CompletionStore.FinishedClaim;
import io.millrace.store.CompletionStore.Recorded;
import io.millrace.store.DataErrors;
import io.millrace.store.RunAdvanceStore.Advanced;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the outcomes of all attempts that have ended in one transaction after another. While the
 * database does not answer it tries again, for as long as the worker lives: outcomes wait, they are
 * not lost; and if the lease is gone by then, the fence refuses them.
 */
public final class CompletionLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CompletionLoop.class);
  private static final int MAX_BATCH = 1_000;

  private record Finished(Completion completion, ClaimBatch batch) {}

  private final CompletionStore store;
  private final AnnounceLoop announcer;
  private final GateLoop gate;
  private final ProgressLoop progress;
  private final Consumer<Advanced> advanced;
  private final Batcher<Finished, Boolean> batcher;
  private final LongAdder recorded = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile boolean givingUp;
  private volatile @Nullable String trouble;

  /**
   * Makes a loop.
   *
   * @param progress what attempts have said goes before their outcome
   * @param advanced learns which runs went on
   * @param capacity most outcomes waiting: at least the worker's slots, so that none is refused
   */
  public CompletionLoop(
      CompletionStore store,
      AnnounceLoop announcer,
      GateLoop gate,
      ProgressLoop progress,
      Consumer<Advanced> advanced,
      int capacity) {
    this.store = store;
    this.announcer = announcer;
    this.gate = gate;
    this.progress = progress;
    this.advanced = advanced;
    this.batcher = new Batcher<>("complete", capacity, MAX_BATCH, this::write);
  }

  /** Starts the thread. */
  public void start() {
    batcher.start();
  }

  /** The loop itself, for its health. */
  public Batcher<?, ?> loop() {
    return batcher;
  }

  /**
   * Hands an outcome in.
   *
   * @return true once it is recorded; false when the lease was lost and nothing was written
   */
  public CompletableFuture<Boolean> submit(Completion completion, ClaimBatch batch) {
    return batcher.submit(new Finished(completion, batch));
  }

  /** What keeps outcomes from being recorded, or null. */
  public @Nullable String trouble() {
    return trouble;
  }

  /** Outcomes recorded. */
  public long recorded() {
    return recorded.sum();
  }

  /** Outcomes dropped because their lease was lost. */
  public long refused() {
    return refused.sum();
  }

  /** Writes what waits, then ends; gives up on a database that does not answer. */
  @Override
  public void close() {
    givingUp = true;
    batcher.close();
  }

  private List<Boolean> write(List<Finished> batch) throws Exception {
    List<FinishedClaim> claims = new ArrayList<>();
    for (Finished finished : batch) {
      if (finished.batch().endOne()) {
        claims.add(new FinishedClaim(finished.batch().session(), finished.batch().batch()));
      }
    }
    List<Completion> sorted =
        batch.stream()
            .map(Finished::completion)
            .sorted(Comparator.comparing(Completion::id))
            .toList();
    Set<UUID> written = writeUntilDone(sorted, claims);
    recorded.add(written.size());
    if (written.size() < batch.size()) {
      refused.add(batch.size() - written.size());
      log.warn("outcomes dropped, their leases were lost count={}", batch.size() - written.size());
    }
    return batch.stream().map(finished -> written.contains(finished.completion().id())).toList();
  }

  private Set<UUID> writeUntilDone(List<Completion> completions, List<FinishedClaim> claims)
      throws Exception {
    Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));
    Set<UUID> written = new HashSet<>();
    List<Completion> toWrite = completions;
    List<FinishedClaim> toEnd = claims;
    boolean alone = false;
    while (true) {
      try {
        progress.flush(toWrite);
        if (alone) {
          // A job that is refused in every form stays in its claim, for the reaper to find.
          toEnd = writeOneByOne(toWrite, written) ? claims : List.of();
          toWrite = List.of();
          alone = false;
        }
        written.addAll(writeOnce(toWrite, toEnd));
        trouble = null;
        return written;
      } catch (SQLException e) {
        if (DataErrors.isAboutData(e) && !toWrite.isEmpty()) {
          alone = true;
          continue;
        }
        if (givingUp && backoff.failures() > 3) {
          throw e;
        }
        trouble = "complete: outcomes are not recorded: " + e.getMessage();
        Duration wait = backoff.next();
        log.warn(
            "outcomes not recorded yet count={} failures={} retryMillis={} error={}",
            toWrite.size(),
            backoff.failures(),
            wait.toMillis(),
            e.toString());
        TimeUnit.NANOSECONDS.sleep(wait.toNanos());
      }
    }
  }

  private Set<UUID> writeOnce(List<Completion> completions, List<FinishedClaim> claims)
      throws SQLException {
    Recorded result = store.complete(completions, claims, AnnounceLoop.GRACE);
    announcer.offer(result.announcement());
    announcer.hint(result.recorded());
    result.landed().announcements().forEach(announcer::offer);
    announcer.hint(result.landed().answered());
    if (result.advanced() != null) {
      advanced.accept(result.advanced());
    }
    gate.wakeIf(result.freedPlaces() || result.landed().blocked());
    return result.recorded();
  }

  /**
   * Writes each for itself; what the database refuses becomes a failure that says so.
   *
   * @return false when it refused even one of those
   */
  private boolean writeOneByOne(List<Completion> completions, Set<UUID> written)
      throws SQLException {
    boolean all = true;
    for (Completion completion : completions) {
      if (written.contains(completion.id())) {
        continue;
      }
      try {
        written.addAll(writeOnce(List.of(completion), List.of()));
      } catch (SQLException e) {
        if (!DataErrors.isAboutData(e)) {
          throw e;
        }
        all &= writeRefusal(completion, e, written);
      }
    }
    return all;
  }

  private boolean writeRefusal(Completion completion, SQLException refusal, Set<UUID> written)
      throws SQLException {
    try {
      written.addAll(writeOnce(List.of(unstorable(completion, refusal)), List.of()));
      return true;
    } catch (SQLException e) {
      if (!DataErrors.isAboutData(e)) {
        throw e;
      }
      log.error("an outcome is refused in every form job={}", completion.id(), e);
      return false;
    }
  }

  private static Completion unstorable(Completion completion, SQLException e) {
    String message = "the outcome cannot be stored: SQLSTATE " + e.getSQLState();
    JobError error = new JobError(ErrorKind.BUG, message, completion.attempt());
    return new Completion(
        completion.id(),
        completion.session(),
        completion.attempt(),
        new Outcome.Failed(error),
        completion.inRun(),
        completion.cached(),
        null);
  }
}
