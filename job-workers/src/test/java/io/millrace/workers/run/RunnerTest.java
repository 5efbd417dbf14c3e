package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.runtime.Time;
import io.millrace.store.CancelStore;
import io.millrace.store.CancelStore.Signal;
import io.millrace.store.CheckpointStore;
import io.millrace.store.Database;
import io.millrace.store.OutboxStore;
import io.millrace.store.ProgressStore;
import io.millrace.workers.complete.CheckpointLoop;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.complete.ProgressLoop;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handler.JobStoppedException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts under a clock that stands until it is moved; outcomes are caught, nothing is stored. */
class RunnerTest {
  private static final long SESSION = 7;
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** Does what a test tells it to. */
  record Nothing() {}

  private interface Work {
    @Nullable Object run(JobContext context) throws Exception;
  }

  private record Told(Work work, @Nullable Duration heartbeat) implements JobHandler<Nothing> {
    @Override
    public String type() {
      return "told";
    }

    @Override
    public Class<Nothing> payloadType() {
      return Nothing.class;
    }

    @Override
    public String payloadSchema() {
      return "{}";
    }

    @Override
    public @Nullable Object run(Nothing payload, JobContext context) throws Exception {
      return work.run(context);
    }
  }

  private final AtomicLong nanos = new AtomicLong(1);
  private final Time time =
      new Time() {
        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public long nanos() {
          return nanos.get();
        }
      };

  /** Nothing listens there; the loops on it are never started. */
  private final Database database =
      Database.open("jdbc:postgresql://127.0.0.1:1/none", "u", "p", 2, Duration.ofSeconds(1));

  private final AnnounceLoop announcer =
      new AnnounceLoop(new MockProducer<>(), new OutboxStore(database));
  private final ProgressLoop progress =
      new ProgressLoop(new ProgressStore(database), announcer, time);
  private final CheckpointLoop checkpoints = new CheckpointLoop(new CheckpointStore(database), 10);
  private final Slots slots = new Slots(4);
  private final BlockingQueue<Completion> outcomes = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private @Nullable Runner runner;

  @AfterEach
  void stop() {
    released.countDown();
    if (runner != null) {
      runner.close();
    }
    database.close();
  }

  @Test
  void timeout_handlerObeys_isRecordedAndFreesItsSlot() throws Exception {
    Runner running = start(obedient(), null, null);
    running.watch();
    assertThat(outcomes).isEmpty();
    pass(Duration.ofMillis(60_001));
    running.watch();
    assertThat(kind(outcome())).isEqualTo(ErrorKind.TIMEOUT);
    awaitFree(running);
    assertThat(running.stuck()).isZero();
  }

  @Test
  void timeout_handlerIgnoresIt_isRecordedAfterTheGraceAndItsAnswerIsDropped() throws Exception {
    Runner running = start(deaf(), null, null);
    pass(Duration.ofMillis(60_001));
    running.watch();
    pass(GRACE);
    running.watch();
    assertThat(outcomes).as("within the grace").isEmpty();
    assertThat(slots.taken()).isEqualTo(1);
    pass(Duration.ofMillis(1));
    running.watch();
    assertThat(kind(outcome())).isEqualTo(ErrorKind.TIMEOUT);
    awaitFree(running);
    assertThat(running.stuck()).isEqualTo(1);
    running.watch();
    released.countDown();
    await().until(() -> running.stuck() == 0);
    assertThat(outcomes).as("one outcome and no more").isEmpty();
    assertThat(slots.taken()).isZero();
  }

  @Test
  void cancel_toldTwice_isCancelledOnce() throws Exception {
    Runner running = start(obedient(), null, null);
    List<Signal> cancel = List.of(new Signal(new UUID(0, 1), CancelStore.Kind.CANCEL));
    running.tell(SESSION + 1, cancel);
    running.tell(SESSION, List.of(new Signal(new UUID(0, 2), CancelStore.Kind.CANCEL)));
    assertThat(outcomes).as("another session, another job").isEmpty();
    running.tell(SESSION, cancel);
    running.tell(SESSION, cancel);
    assertThat(outcome()).isEqualTo(new Outcome.Cancelled());
    awaitFree(running);
    assertThat(outcomes).isEmpty();
  }

  @Test
  void cancel_handlerFinishesAllTheSame_itsResultCounts() throws Exception {
    Runner running =
        start(
            context -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                assertThat(context.isCancelled()).isTrue();
              }
              return "done";
            },
            null,
            null);
    running.tell(SESSION, List.of(new Signal(new UUID(0, 1), CancelStore.Kind.CANCEL)));
    assertThat(outcome()).isEqualTo(new Outcome.Succeeded("\"done\""));
  }

  @Test
  void deadline_ofADeafHandler_failsForGoodWithoutIt() throws Exception {
    Runner running = start(deaf(), null, null);
    running.tell(SESSION, List.of(new Signal(new UUID(0, 1), CancelStore.Kind.DEADLINE)));
    pass(GRACE.plusMillis(1));
    running.watch();
    assertThat(outcome()).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void drain_ofADeafHandler_leavesTheJobToTheReaper() throws Exception {
    Runner running = start(deaf(), null, null);
    assertThat(running.drain(Duration.ZERO, Duration.ZERO)).isEqualTo(1);
    pass(GRACE.plusMillis(1));
    running.watch();
    assertThat(outcomes).isEmpty();
  }

  @Test
  void heartbeat_ofTheType_endsASilentAttempt() throws Exception {
    Runner running = start(obedient(), Duration.ofSeconds(5), null);
    pass(Duration.ofSeconds(5));
    running.watch();
    assertThat(outcomes).isEmpty();
    pass(Duration.ofMillis(1));
    running.watch();
    assertThat(kind(outcome())).isEqualTo(ErrorKind.HEARTBEAT);
  }

  @Test
  void heartbeat_signsOfLife_putItOff() throws Exception {
    CompletableFuture<JobContext> seen = new CompletableFuture<>();
    Runner running =
        start(
            context -> {
              seen.complete(context);
              return obedient().run(context);
            },
            null,
            5_000L);
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(4));
      seen.get().progress(0.1 * i, "still here");
      running.watch();
    }
    assertThat(outcomes).isEmpty();
    pass(Duration.ofMillis(5_001));
    running.watch();
    assertThat(kind(outcome())).isEqualTo(ErrorKind.HEARTBEAT);
  }

  @Test
  void heartbeat_zeroOfTheSubmission_turnsTheTypesOff() throws Exception {
    Runner running = start(obedient(), Duration.ofSeconds(5), 0L);
    pass(Duration.ofSeconds(50));
    running.watch();
    assertThat(outcomes).isEmpty();
    assertThat(running.running()).isEqualTo(1);
  }

  @Test
  void stopped_handlerThatKeepsItsInterrupt_mayStillGiveOutput() throws Exception {
    CompletableFuture<Boolean> flagKept = new CompletableFuture<>();
    Runner running =
        start(
            context -> {
              while (!context.isCancelled()) {
                Thread.onSpinWait();
              }
              context.emit("where I am");
              flagKept.complete(Thread.currentThread().isInterrupted());
              throw new JobStoppedException("told to stop");
            },
            null,
            null);
    running.tell(SESSION, List.of(new Signal(new UUID(0, 1), CancelStore.Kind.CANCEL)));
    assertThat(outcome()).isEqualTo(new Outcome.Cancelled());
    assertThat(flagKept.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void context_boundsWhatItTakes() throws Exception {
    CompletableFuture<JobContext> seen = new CompletableFuture<>();
    start(
        context -> {
          seen.complete(context);
          return obedient().run(context);
        },
        null,
        null);
    JobContext context = seen.get();
    String large = "x".repeat(65_536);
    assertThat(refusal(() -> context.emit(large)))
        .isEqualTo("a piece of output is larger than the limit of 65536 bytes");
    assertThat(refusal(() -> context.saveCheckpoint(large)))
        .isEqualTo("a checkpoint is larger than the limit of 65536 bytes");
    assertThat(refusal(() -> context.progress(0, "", Map.of("no spaces", 1L))))
        .startsWith("a counter's name must match");
    Map<String, Long> many = new HashMap<>();
    for (int i = 0; i < 17; i++) {
      many.put("c" + i, 1L);
    }
    assertThat(refusal(() -> context.progress(0, "", many)))
        .isEqualTo("17 counters are more than the limit of 16");
  }

  @Test
  void usage_addsUpWithinBounds_andGoesWithTheOutcome() throws Exception {
    start(
        context -> {
          context.usage("tokens", 5);
          context.usage("tokens", 7);
          context.usage("rows", 0);
          assertThat(refusal(() -> context.usage("no spaces", 1)))
              .startsWith("a name of usage must match");
          assertThat(refusal(() -> context.usage("tokens", -1))).contains("grow by 0 or more");
          assertThat(refusal(() -> context.usage("tokens", 1_000_000_000_000L)))
              .contains("it is 12");
          for (int i = 0; i < 14; i++) {
            context.usage("n" + i, 1);
          }
          assertThat(refusal(() -> context.usage("one-more", 1))).contains("16 names at most");
          throw new IllegalStateException("fails, and has used it all the same");
        },
        null,
        null);
    Completion completion = outcomes.poll(30, TimeUnit.SECONDS);
    assertThat(completion).isNotNull();
    assertThat(completion.outcome()).isInstanceOf(Outcome.Retried.class);
    assertThat(completion.usage()).startsWith("{\"n0\":1,").endsWith("\"rows\":0,\"tokens\":12}");
  }

  private interface Call {
    void run() throws Exception;
  }

  private static @Nullable String refusal(Call call) throws Exception {
    try {
      call.run();
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private Work obedient() {
    return context -> {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
        return null;
      } catch (InterruptedException e) {
        throw new JobStoppedException("interrupted");
      }
    };
  }

  private Work deaf() {
    return context -> {
      begun.countDown();
      while (true) {
        try {
          released.await();
          return "too late";
        } catch (InterruptedException e) {
          // Goes on.
        }
      }
    };
  }

  private Runner start(Work work, @Nullable Duration ofType, @Nullable Long ofJob)
      throws Exception {
    Work begins =
        context -> {
          begun.countDown();
          return work.run(context);
        };
    Runner made =
        new Runner(
            new HandlerRegistry(List.of(new Told(begins, ofType))),
            ClaimedJob::payload,
            (completion, batch) -> {
              outcomes.add(completion);
              return CompletableFuture.completedFuture(true);
            },
            progress,
            checkpoints,
            time,
            1,
            GRACE);
    runner = made;
    slots.overdraw(1);
    made.start(List.of(job(ofJob)), new ClaimBatch(SESSION, 1, 1), slots);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    return made;
  }

  private void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  private Outcome outcome() throws InterruptedException {
    Completion completion = outcomes.poll(30, TimeUnit.SECONDS);
    assertThat(completion).as("an outcome").isNotNull();
    return completion.outcome();
  }

  private void awaitFree(Runner running) {
    await().until(() -> running.running() == 0 && slots.taken() == 0);
  }

  private static ErrorKind kind(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed(JobError error) -> error.kind();
      case Outcome.Retried(JobError error, Duration _) -> error.kind();
      case Outcome.Succeeded _, Outcome.Cancelled _, Outcome.HandedBack _ ->
          throw new AssertionError(outcome);
    };
  }

  private static ClaimedJob job(@Nullable Long heartbeatMillis) {
    return new ClaimedJob(
        new UUID(0, 1),
        "t",
        "told",
        SESSION,
        1,
        0,
        3,
        60_000,
        heartbeatMillis,
        null,
        0,
        "{}",
        null);
  }
}
