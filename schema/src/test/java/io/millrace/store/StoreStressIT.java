package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobEvent;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Everything at once: no deadlock, no refused statement, and the books are right in the end. */
class StoreStressIT {
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("millrace.stress", 10));

  private final Stores stores = new Stores();
  private final Queue<UUID> pointers = new ConcurrentLinkedQueue<>();
  private final Queue<UUID> known = new ConcurrentLinkedQueue<>();
  private final Map<Long, Queue<ClaimedJob>> running = new ConcurrentHashMap<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> steps = new ConcurrentHashMap<>();
  private final AtomicLong batches = new AtomicLong();

  private interface Step {
    void run(Random random) throws SQLException;
  }

  @Test
  void stores_underEveryoneAtOnce_neverDeadlockAndKeepTheBooks() throws Exception {
    stores.limits.put(Scope.TYPE, "limited", 20, new LimitStore.Rate(50, Duration.ofMillis(100)));
    Map<String, Step> work = new TreeMap<>();
    for (int i = 0; i < 4; i++) {
      work.put("submit" + i, this::submit);
    }
    work.put("claim0", random -> claim(random, 0));
    work.put("claim1", random -> claim(random, 1));
    work.put("cancel", this::cancel);
    work.put("reap", this::reap);
    work.put("admit", random -> offer(stores.admit().announcement()));
    work.put("timers", this::timers);
    work.put("relay", this::relay);
    long end = System.nanoTime() + TIME.toNanos();
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      work.forEach((name, step) -> futures.add(threads.submit(() -> loop(name, step, end))));
      for (Future<?> future : futures) {
        future.get(120, TimeUnit.SECONDS);
      }
    }
    System.out.println("StoreStressIT: " + new TreeMap<>(steps) + ", jobs " + stores.count("job"));
    assertThat(failures).isEmpty();
    assertThat(steps.get("claim0")).isGreaterThan(10);
    stores.assertSound();
  }

  private void loop(String name, Step step, long end) {
    Random random = new Random(name.hashCode());
    while (System.nanoTime() < end && failures.isEmpty()) {
      try {
        step.run(random);
        steps.merge(name, 1, Integer::sum);
      } catch (SQLException | RuntimeException e) {
        failures.add(name + ": " + e);
      }
    }
  }

  private void offer(@Nullable Announcement announcement) throws SQLException {
    if (announcement != null) {
      pointers.addAll(Stores.pointers(announcement));
      stores.outbox.delete(List.of(announcement.outboxId()));
    }
  }

  private void submit(Random random) throws SQLException {
    if (pointers.size() > 5_000) {
      Thread.onSpinWait();
      return;
    }
    List<NewJob> batch = new ArrayList<>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      Stores.Spec spec = stores.job().type(random.nextInt(4) == 0 ? "limited" : "echo");
      UUID parent = known.peek();
      if (parent != null && random.nextInt(3) == 0) {
        spec.parent(parent);
      }
      if (random.nextInt(6) == 0) {
        spec.delay(Duration.ofMillis(random.nextInt(300)));
      }
      if (random.nextInt(6) == 0) {
        spec.deadline(java.time.Instant.now().plusMillis(random.nextInt(1000)));
      }
      if (random.nextInt(6) == 0) {
        spec.queueTimeout(Duration.ofMillis(1 + random.nextInt(500)));
      }
      batch.add(spec.build());
    }
    for (int i = 0; i < batch.size(); i++) {
      if (random.nextInt(5) == 0) {
        NewJob job = batch.get(i);
        Stores.Spec keyed =
            stores.job().id(job.id()).key("k" + batches.incrementAndGet() / 3, "aa");
        batch.set(i, keyed.build());
      }
    }
    batch =
        batch.stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    job ->
                        job.options().idempotency() == null
                            ? job.id().toString()
                            : job.options().idempotency().key(),
                    job -> job,
                    (a, b) -> a,
                    TreeMap::new))
            .values()
            .stream()
            .sorted(Comparator.comparing(NewJob::id))
            .toList();
    boolean held = random.nextInt(4) == 0;
    offer(stores.submissions.insert(batch, job -> held, Stores.GRACE).announcement());
    known.add(batch.getFirst().id());
    if (known.size() > 20) {
      known.poll();
    }
  }

  private void claim(Random random, long worker) throws SQLException {
    Session session = sessions.computeIfAbsent(worker, w -> new Session(stores.worker()));
    if (!stores.workers.beat(session.number, 0)) {
      sessions.remove(worker);
      return;
    }
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      UUID id = pointers.poll();
      if (id != null) {
        ids.add(id);
        if (random.nextInt(10) == 0) {
          pointers.add(id);
        }
      }
    }
    List<ClaimedJob> got = new ArrayList<>();
    if (!ids.isEmpty()) {
      List<UUID> sorted = ids.stream().distinct().sorted().toList();
      got.addAll(
          stores
              .claims
              .claim(session.number, batches.incrementAndGet(), sorted, Stores.GRACE)
              .jobs());
    }
    got.sort(Comparator.comparing(ClaimedJob::id));
    if (!got.isEmpty()) {
      stores.progress.report(
          got.stream()
              .map(
                  j ->
                      new ProgressStore.Report(
                          j.id(),
                          j.session(),
                          j.attempt(),
                          JobEvent.PROGRESS,
                          0.1,
                          "m",
                          null,
                          null))
              .toList(),
          Stores.GRACE);
    }
    session.running.addAll(got);
    List<Completion> done = new ArrayList<>();
    for (ClaimedJob job : List.copyOf(session.running)) {
      if (random.nextInt(4) > 0) {
        session.running.remove(job);
        done.add(new Completion(job.id(), job.session(), job.attempt(), outcome(random, job)));
      }
    }
    done.sort(Comparator.comparing(Completion::id));
    if (!done.isEmpty()) {
      offer(stores.completions.complete(done, List.of(), Stores.GRACE).announcement());
    }
  }

  private static Outcome outcome(Random random, ClaimedJob job) {
    return switch (random.nextInt(6)) {
      case 0 ->
          job.failures() + 1 < job.maxAttempts()
              ? new Outcome.Retried(Stores.error(job), Duration.ofMillis(random.nextInt(200)))
              : new Outcome.Failed(Stores.error(job));
      case 1 -> new Outcome.HandedBack(Duration.ofMillis(random.nextInt(3) * 50L), "why");
      case 2 -> new Outcome.Failed(Stores.error(job));
      default -> new Outcome.Succeeded("1");
    };
  }

  /** A worker process; each thread has its own. */
  private static final class Session {
    final long number;
    final List<ClaimedJob> running = new ArrayList<>();

    Session(long number) {
      this.number = number;
    }
  }

  private final Map<Long, Session> sessions = new ConcurrentHashMap<>();

  private void cancel(Random random) throws SQLException {
    UUID id = random.nextBoolean() ? known.peek() : pointers.peek();
    if (id != null) {
      offer(stores.cancel(id).announcement());
    }
  }

  /** Now and then both workers are declared dead while they work. */
  private void reap(Random random) throws SQLException {
    if (random.nextInt(200) == 0) {
      stores.workers.expire(Duration.ofMillis(-1000));
    }
    offer(stores.reaper.reap(50, Stores.GRACE).announcement());
    stores.queues.fold();
    stores.cancels.forgetSignals();
    stores.workers.forget(Duration.ofMillis(-1000));
  }

  private void timers(Random random) throws SQLException {
    offer(stores.timers.promote(100, random.nextBoolean(), Stores.GRACE).announcement());
    offer(stores.timers.expire(100, Stores.GRACE).announcement());
    List<BacklogStore.Share> shares =
        stores.backlog.held("default", io.millrace.model.Priority.NORMAL, "").stream()
            .map(held -> new BacklogStore.Share(held.id(), 1 + random.nextInt(held.jobs())))
            .toList();
    if (!shares.isEmpty()) {
      offer(stores.backlog.take(shares, Stores.GRACE));
    }
    if (random.nextInt(20) == 0) {
      stores.limits.put(Scope.TENANT, "t", random.nextInt(30), null);
    }
    if (random.nextInt(20) == 0) {
      stores.limits.delete(Scope.TENANT, "t");
    }
  }

  private void relay(Random random) throws SQLException {
    for (Announcement announcement : stores.outbox.take(20, Duration.ofSeconds(1))) {
      offer(announcement);
    }
  }
}
