package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults that last: minutes each, so not in every build. {@code ops/millrace bench faults}. */
@Tag("faults")
class FaultSoakIT {
  private static final Map<String, String> WORKER = Map.of("millrace.worker.lease", "3s");

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final Installation installation = Installation.create();
  private final JobTable jobs = new JobTable(installation.stack(), 6);
  private final List<NewJob> submitted = new ArrayList<>();

  @BeforeEach
  void makeTables() {
    jobs.migrate();
    System.out.println("seed of the faults: " + seed);
  }

  @AfterEach
  void stop() throws Exception {
    jobs.close();
    installation.close();
  }

  /** Failure 1. */
  @Test
  void workersKilledAtRandom_forAMinute_everyJobEndsWell() throws Exception {
    List<ChildProcess> workers = new ArrayList<>(start(3, WORKER));
    underLoad(
        () -> {
          long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
          int kills = 0;
          while (System.nanoTime() - end < 0) {
            pause(Duration.ofSeconds(3));
            int victim = random.nextInt(workers.size());
            workers.get(victim).kill();
            workers.set(victim, installation.startFaulty(WORKER));
            kills++;
          }
          assertThat(kills).isGreaterThan(10);
          return null;
        });
    workers.forEach(Installation::awaitWorking);
    allSucceed(Duration.ofMinutes(5));
  }

  /** Failure 10. */
  @Test
  void rollingRestarts_fiveTimes_costNoAttempt() throws Exception {
    List<ChildProcess> workers = new ArrayList<>(start(2, WORKER));
    underLoad(
        () -> {
          for (int round = 0; round < 5; round++) {
            for (int i = 0; i < workers.size(); i++) {
              assertThat(workers.get(i).terminate()).as(workers.get(i).output()).isIn(0, 143);
              workers.set(i, installation.startFaulty(WORKER));
              Installation.awaitWorking(workers.get(i));
            }
          }
          return null;
        });
    allSucceed(Duration.ofMinutes(2));
    assertThat(jobs.count("crashes > 0")).isZero();
  }

  /** Failure 11: a stop that is cut short anywhere. */
  @Test
  void stopCutShortByAKill_atAnyStep_losesNothing() throws Exception {
    int rounds = 15;
    List<ChildProcess> workers = new ArrayList<>(start(2, WORKER));
    underLoad(
        () -> {
          for (int round = 0; round < rounds; round++) {
            int victim = round % workers.size();
            workers.get(victim).askToEnd();
            pause(Duration.ofMillis(random.nextInt(3_000)));
            workers.get(victim).kill();
            workers.set(victim, installation.startFaulty(WORKER));
            Installation.awaitWorking(workers.get(victim));
          }
          return null;
        });
    allSucceed(Duration.ofMinutes(3));
  }

  /** Failure 13: the broker goes and comes back, and workers join and leave meanwhile. */
  @Test
  void brokerRestarts_whileWorkersComeAndGo_delayOnly() throws Exception {
    List<ChildProcess> workers = new ArrayList<>(start(2, WORKER));
    underLoad(
        () -> {
          for (int round = 0; round < 4; round++) {
            installation.stack().kafka().stop();
            pause(Duration.ofSeconds(2));
            installation.stack().kafka().start();
            assertThat(workers.getFirst().terminate()).isIn(0, 143);
            workers.removeFirst();
            workers.add(installation.startFaulty(WORKER));
            Installation.awaitWorking(workers.getLast());
          }
          return null;
        });
    allSucceed(Duration.ofMinutes(3));
  }

  /** Failure 22: 20,000 leases end at once. */
  @Test
  void twentyThousandLeases_lostAtOnce_areTakenUpAgainAndOthersWork() throws Exception {
    Map<String, String> many =
        Map.of(
            "millrace.worker.lease", "5s",
            // Whole batches: a loop with a backlog leaves what is less than one idle.
            "millrace.worker.pools.default.slots", "10240",
            "millrace.worker.pools.default.batch", "256");
    List<ChildProcess> doomed = start(2, many);
    List<NewJob> herd =
        IntStream.range(0, 20_000)
            .mapToObj(i -> jobs.job("sleep", "{\"millis\": 90000}").build())
            .toList();
    for (int from = 0; from < herd.size(); from += 1_000) {
      jobs.submit(herd.subList(from, from + 1_000));
    }
    await().atMost(Duration.ofSeconds(80)).until(() -> jobs.count("state = 'RUNNING'") == 20_000);
    for (ChildProcess worker : doomed) {
      worker.kill();
    }
    long killed = System.nanoTime();
    start(2, many);
    long slowest = 0;
    while (jobs.count("state = 'RUNNING' AND attempt = 2") < 20_000) {
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofMinutes(2));
      long begin = System.nanoTime();
      jobs.await(
          jobs.submit(jobs.job("echo", "{}").priority(io.millrace.model.Priority.HIGH)),
          JobState.SUCCEEDED);
      slowest = Math.max(slowest, System.nanoTime() - begin);
    }
    System.out.printf(
        "20,000 jobs run again %.1f s after the kill; the slowest other job meanwhile took %.1f s%n",
        (System.nanoTime() - killed) / 1e9, slowest / 1e9);
    submitted.addAll(herd);
    allSucceed(Duration.ofMinutes(5));
    assertThat(jobs.count("crashes > 1")).isZero();
  }

  private List<ChildProcess> start(int count, Map<String, String> properties) {
    List<ChildProcess> workers =
        IntStream.range(0, count).mapToObj(i -> installation.startFaulty(properties)).toList();
    workers.forEach(Installation::awaitWorking);
    return workers;
  }

  /** Submits 100 jobs a second for as long as the body runs. */
  private void underLoad(Callable<@Nullable Void> body) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Random lengths = new Random(seed);
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!done.get()) {
                      submitSome(lengths);
                      Thread.sleep(100);
                    }
                  } catch (Exception e) {
                    failure.set(e);
                  }
                });
    try {
      body.call();
    } finally {
      done.set(true);
      load.join();
    }
    assertThat(failure.get()).isNull();
  }

  private void submitSome(Random lengths) throws SQLException {
    List<NewJob> batch =
        IntStream.range(0, 10)
            .mapToObj(
                i -> jobs.job("sleep", "{\"millis\": " + (20 + lengths.nextInt(600)) + "}").build())
            .toList();
    jobs.submit(batch);
    submitted.addAll(batch);
  }

  /** Conservation: each submitted job is there and has succeeded, at no cost of an attempt. */
  private void allSucceed(Duration patience) throws SQLException {
    await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> jobs.count("finished_at IS NULL") == 0);
    assertThat(submitted).isNotEmpty();
    assertThat(jobs.count("type = 'sleep'")).isEqualTo(submitted.size());
    assertThat(jobs.count("type = 'sleep' AND state = 'SUCCEEDED' AND failures = 0"))
        .isEqualTo(submitted.size());
    UUID any = submitted.get(random.nextInt(submitted.size())).id();
    assertThat(jobs.kinds(any)).endsWith("SUCCEEDED").containsOnlyOnce("SUCCEEDED");
  }

  private static void pause(Duration length) throws InterruptedException {
    Thread.sleep(length.toMillis());
  }
}
