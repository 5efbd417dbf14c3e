package io.millrace.workers.complete;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedLocalStack;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.ClaimStore;
import io.millrace.store.CompletionStore;
import io.millrace.store.Database;
import io.millrace.store.InvariantStore;
import io.millrace.store.JobStore;
import io.millrace.store.LimitStore;
import io.millrace.store.OutboxStore;
import io.millrace.store.ProgressStore;
import io.millrace.store.SubmitStore;
import io.millrace.store.WorkerStore;
import io.millrace.wire.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompletionLoopIT {
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final LocalStack stack = SharedLocalStack.get();
  private final Database database =
      Database.open(stack.jdbcUrl(), stack.username(), stack.password(), 5, Duration.ofSeconds(5));
  private final Producer<byte[], byte[]> producer =
      new KafkaSettings(stack.bootstrapServers(), Map.of()).producer();
  private final AnnounceLoop announcer = new AnnounceLoop(producer, new OutboxStore(database));
  private final CompletionLoop loop =
      new CompletionLoop(
          new CompletionStore(database),
          announcer,
          new GateLoop(new LimitStore(database), announcer),
          new ProgressLoop(new ProgressStore(database), announcer, Time.SYSTEM),
          advanced -> {},
          100);
  private final Ids ids = new Ids();

  @AfterEach
  void invariantsHold() {
    loop.close();
    producer.close(Duration.ZERO);
    assertThat(new InvariantStore(database).broken()).isEmpty();
    database.close();
  }

  @Test
  void submit_resultTheDatabaseRefuses_failsAloneAndSaysSo() throws Exception {
    database.migrate();
    List<ClaimedJob> jobs = claimed(3);
    ClaimBatch batch = new ClaimBatch(jobs.getFirst().session(), 1, 3);
    List<CompletableFuture<Boolean>> answers =
        List.of(
            loop.submit(outcome(jobs.get(0), "\"fine\""), batch),
            // A zero byte is no text for PostgreSQL.
            loop.submit(outcome(jobs.get(1), "\"\u0000\""), batch),
            loop.submit(outcome(jobs.get(2), "\"fine too\""), batch));
    loop.start();
    for (CompletableFuture<Boolean> answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(view(jobs.get(0).id()).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(view(jobs.get(2).id()).state()).isEqualTo(JobState.SUCCEEDED);
    JobView refused = view(jobs.get(1).id());
    assertThat(refused.state()).isEqualTo(JobState.FAILED);
    assertThat(refused.error()).isNotNull();
    assertThat(refused.error().kind()).isEqualTo(ErrorKind.BUG);
    assertThat(refused.error().message()).contains("cannot be stored");
  }

  @Test
  void submit_leaseLost_isRefusedAndCounted() throws Exception {
    database.migrate();
    ClaimedJob job = claimed(1).getFirst();
    Completion stale =
        new Completion(job.id(), job.session(), job.attempt() + 1, new Outcome.Succeeded("1"));
    loop.start();
    CompletableFuture<Boolean> answer = loop.submit(stale, new ClaimBatch(job.session(), 99, 2));
    assertThat(answer.get(30, TimeUnit.SECONDS)).isFalse();
    assertThat(loop.refused()).isEqualTo(1);
    assertThat(view(job.id()).state()).isEqualTo(JobState.RUNNING);
  }

  private List<ClaimedJob> claimed(int count) throws Exception {
    List<NewJob> jobs =
        java.util.stream.IntStream.range(0, count)
            .mapToObj(
                i ->
                    new NewJob(ids.next(), "t", "x", "default", Priority.LOW, 1, 1_000, "{}", null))
            .toList();
    new SubmitStore(database).insert(jobs, job -> false, GRACE);
    long session = new WorkerStore(database).register("w", List.of("default"), 4);
    return new ClaimStore(database)
        .claim(session, 1, jobs.stream().map(NewJob::id).toList(), GRACE).jobs().stream()
            .sorted(java.util.Comparator.comparing(ClaimedJob::id))
            .toList();
  }

  private JobView view(UUID id) {
    return new JobStore(database).find("t", id).orElseThrow();
  }

  private static Completion outcome(ClaimedJob job, String result) {
    return new Completion(job.id(), job.session(), job.attempt(), new Outcome.Succeeded(result));
  }
}
