package io.millrace.store;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Eight threads that admit, claim, complete, cancel and submit at once, and one that counts. */
final class LimitPressure {
  private final Stores stores;
  private final Queue<UUID> pointers = new ConcurrentLinkedQueue<>();
  private final Queue<ClaimedJob> running = new ConcurrentLinkedQueue<>();
  private final Queue<UUID> submitted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger mostOfU = new AtomicInteger();
  private final AtomicInteger turn = new AtomicInteger();
  private final List<String> failures = new ArrayList<>();

  LimitPressure(Stores stores) {
    this.stores = stores;
  }

  int mostRunning() {
    return most.get();
  }

  int mostRunningOfU() {
    return mostOfU.get();
  }

  List<String> failures() {
    return failures;
  }

  private interface Step {
    void run() throws SQLException;
  }

  void run(Duration time) throws Exception {
    long session = stores.worker();
    Step claiming =
        () -> {
          UUID id = pointers.poll();
          if (id != null) {
            running.addAll(
                stores
                    .claims
                    .claim(session, turn.incrementAndGet(), List.of(id), Stores.GRACE)
                    .jobs());
          }
        };
    Step completing =
        () -> {
          ClaimedJob job = running.poll();
          if (job != null) {
            stores.complete(
                job,
                turn.incrementAndGet() % 4 == 0
                    ? new Outcome.HandedBack(Duration.ZERO, "why")
                    : new Outcome.Succeeded("1"));
          }
        };
    Step admitting = () -> pointers.addAll(Stores.pointers(stores.admit().announcement()));
    Step submitting =
        () -> {
          if (stores.count("job_blocked") < 30) {
            submitted.add(stores.job().tenant(turn.get() % 2 == 0 ? "t" : "u").submit());
          }
        };
    Step cancelling =
        () -> {
          UUID id = submitted.size() > 50 ? submitted.poll() : null;
          if (id != null && turn.get() % 3 == 0) {
            stores.cancel(id);
          }
        };
    List<Step> steps =
        List.of(
            claiming,
            claiming,
            completing,
            completing,
            admitting,
            admitting,
            submitting,
            cancelling,
            this::count);
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(steps.size())) {
      List<Future<?>> futures = new ArrayList<>();
      Queue<Exception> failure = new ConcurrentLinkedQueue<>();
      for (Step step : steps) {
        futures.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < end && failure.isEmpty()) {
                    try {
                      step.run();
                    } catch (SQLException | RuntimeException e) {
                      failure.add(e);
                    }
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get(60, TimeUnit.SECONDS);
      }
      failure.forEach(e -> failures.add(e.toString()));
    }
  }

  /** What runs in one snapshot, of all and of tenant u. */
  private void count() {
    var row =
        stores
            .database
            .dsl()
            .fetchSingle(
                "SELECT count(*)::int, (count(*) FILTER (WHERE tenant = 'u'))::int"
                    + " FROM job WHERE state = 'RUNNING'");
    most.accumulateAndGet(row.get(0, Integer.class), Math::max);
    mostOfU.accumulateAndGet(row.get(1, Integer.class), Math::max);
  }
}
