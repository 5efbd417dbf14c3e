package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.db.Tables;
import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobPointer;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One job's life through the statements, on a real PostgreSQL. */
class JobLifeIT {
  private static final Duration GRACE = Duration.ofMillis(0);

  private final Database database = TestDatabase.clean();
  private final Ids ids = new Ids();
  private final JobStore jobs = new JobStore(database);
  private final SubmitStore submissions = new SubmitStore(database);
  private final ClaimStore claims = new ClaimStore(database);
  private final CompletionStore completions = new CompletionStore(database);
  private final WorkerStore workers = new WorkerStore(database);
  private final ReapStore reaper = new ReapStore(database);
  private final TimerStore timers = new TimerStore(database);
  private final OutboxStore outbox = new OutboxStore(database);
  private final QueueStore queues = new QueueStore(database);

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
    queues.fold();
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void insert_sameBatchTwice_storesOnce() throws SQLException {
    List<NewJob> batch = List.of(job(3), job(3));
    assertThat(submit(batch).announcement()).isNotNull();
    assertThat(submit(batch).announcement()).isNull();
    assertThat(outbox.waiting()).isEqualTo(1);
    assertThat(queues.counts("default")).containsOnly(Map.entry(JobState.READY, 2L));
  }

  @Test
  void foldIfMany_countsDeltas_foldsOnlyWhenThereAreAsMany() throws SQLException {
    submit(List.of(job(3)));
    submit(List.of(job(3), job(3)));
    assertThat(queues.foldIfMany(3)).isFalse();
    assertThat(queues.foldIfMany(2)).isTrue();
    assertThat(queues.foldIfMany(1)).isFalse();
    assertThat(queues.counts("default")).containsOnly(Map.entry(JobState.READY, 3L));
  }

  @Test
  void insert_payloadNotJson_storesNothing() {
    NewJob bad =
        new NewJob(ids.next(), "t", "echo", "default", Priority.NORMAL, 3, 1000, "{not json", null);
    assertThatThrownBy(() -> submit(List.of(job(3), bad))).isInstanceOf(SQLException.class);
    assertThat(queues.counts("default")).isEmpty();
  }

  @Test
  void insert_idOfYearsAgo_isRefusedWithoutPartition() {
    NewJob old =
        new NewJob(
            new UUID(0x0100_0000_0000_7000L, 0x8000_0000_0000_0000L),
            "t",
            "echo",
            "default",
            Priority.LOW,
            1,
            1,
            "1",
            null);
    assertThatThrownBy(() -> submit(List.of(old)))
        .hasMessageContaining("no partition of relation \"job\"");
  }

  @Test
  void claim_readyJob_runsUnderSessionAndAttempt() throws SQLException {
    NewJob job = insert(3);
    long session = workers.register("w", List.of("default"), 4);
    List<ClaimedJob> claimed = claims.claim(session, 1, List.of(job.id()), GRACE).jobs();
    assertThat(claimed).hasSize(1);
    assertThat(claimed.getFirst().attempt()).isEqualTo(1);
    assertThat(claimed.getFirst().payload()).isEqualTo(job.payload());
    JobView view = view(job);
    assertThat(view.state()).isEqualTo(JobState.RUNNING);
    assertThat(view.worker()).isEqualTo("w");
    assertThat(claims.claim(session, 2, List.of(job.id()), GRACE).jobs()).isEmpty();
  }

  @Test
  void claim_deadSession_returnsNothing() throws SQLException {
    NewJob job = insert(3);
    long session = workers.register("w", List.of("default"), 4);
    workers.expire(Duration.ofMillis(-1000));
    assertThat(workers.beat(session, 0)).isFalse();
    assertThat(claims.claim(session, 1, List.of(job.id()), GRACE).jobs()).isEmpty();
    assertThat(view(job).state()).isEqualTo(JobState.READY);
  }

  @Test
  void find_otherTenant_findsNothing() throws SQLException {
    NewJob job = insert(3);
    assertThat(jobs.find("other", job.id())).isEmpty();
    assertThat(jobs.result("other", job.id())).isEmpty();
  }

  @Test
  void complete_succeeded_keepsResultAndFreesClaim() throws SQLException {
    NewJob job = insert(3);
    ClaimedJob claimed = claim(job, 7);
    CompletionStore.Recorded recorded =
        completions.complete(
            List.of(completion(claimed, new Outcome.Succeeded("{\"x\": 1}"))),
            List.of(new CompletionStore.FinishedClaim(claimed.session(), 7)),
            GRACE);
    assertThat(recorded.recorded()).containsExactly(job.id());
    assertThat(recorded.announcement()).isNull();
    assertThat(jobs.result("t", job.id()).orElseThrow().json()).isEqualTo("{\"x\": 1}");
    assertThat(database.dsl().fetchCount(Tables.CLAIM)).isZero();
  }

  /** When every outcome was written one by one, the claims are left to end. */
  @Test
  void complete_claimsAlone_endsThem() throws SQLException {
    NewJob job = insert(3);
    ClaimedJob claimed = claim(job, 7);
    complete(claimed, new Outcome.Succeeded("1"));
    CompletionStore.Recorded recorded =
        completions.complete(
            List.of(), List.of(new CompletionStore.FinishedClaim(claimed.session(), 7)), GRACE);
    assertThat(recorded.recorded()).isEmpty();
    assertThat(database.dsl().fetchCount(Tables.CLAIM)).isZero();
  }

  @Test
  void complete_afterLeaseWasLost_writesNothing() throws SQLException {
    NewJob job = insert(3);
    ClaimedJob first = claim(job, 1);
    workers.expire(Duration.ofMillis(-1000));
    ReapStore.Reaped reaped = reaper.reap(10, GRACE);
    assertThat(reaped.readied()).isEqualTo(1);
    ClaimedJob second = claim(job, 1);
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.failures()).isZero();
    assertThat(view(job).details().crashes()).isEqualTo(1);

    assertThat(complete(first, new Outcome.Succeeded("\"late\"")).recorded()).isEmpty();
    assertThat(complete(second, new Outcome.Succeeded("\"right\"")).recorded()).hasSize(1);
    assertThat(complete(second, new Outcome.Succeeded("\"again\"")).recorded()).isEmpty();
    assertThat(jobs.result("t", job.id()).orElseThrow().json()).isEqualTo("\"right\"");
  }

  @Test
  void reap_noAttemptLeft_failsWithLeaseLost() throws SQLException {
    NewJob job = insert(1);
    claim(job, 1);
    workers.expire(Duration.ofMillis(-1000));
    ReapStore.Reaped reaped = reaper.reap(10, GRACE);
    assertThat(reaped.failed()).isEqualTo(1);
    assertThat(reaped.claims()).isEqualTo(1);
    JobView view = view(job);
    assertThat(view.state()).isEqualTo(JobState.FAILED);
    assertThat(view.error())
        .isEqualTo(
            new JobError(
                ErrorKind.LEASE_LOST, "worker w (session 1) stopped while it ran the job", 1));
    assertThat(reaper.reap(10, GRACE).claims()).isZero();
  }

  @Test
  void reap_liveSession_leavesItsJobs() throws SQLException {
    NewJob job = insert(3);
    claim(job, 1);
    assertThat(workers.expire(Duration.ofSeconds(30))).isEmpty();
    assertThat(reaper.reap(10, GRACE).claims()).isZero();
    assertThat(view(job).state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void usage_ofSeveralAttempts_isSummedUnderTheFence() throws SQLException {
    NewJob job = insert(3);
    ClaimedJob first = claim(job, 1);
    completeUsing(first, new Outcome.HandedBack(Duration.ZERO, "why"), "{\"tokens\": 5}");
    ClaimedJob second = claim(job, 2);
    // The first attempt is over: what it says now counts for nothing.
    completeUsing(first, new Outcome.Succeeded("1"), "{\"tokens\": 1000}");
    completeUsing(second, new Outcome.Succeeded("1"), "{\"rows\": 1, \"tokens\": 7}");
    assertThat(view(job).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(view(job).details().usage()).isEqualTo("{\"rows\": 1, \"tokens\": 12}");
    assertThat(view(insert(3)).details().usage()).isNull();
  }

  private void completeUsing(ClaimedJob job, Outcome outcome, String usage) throws SQLException {
    completions.complete(
        List.of(
            new Completion(job.id(), job.session(), job.attempt(), outcome, false, false, usage)),
        List.of(),
        GRACE);
  }

  @Test
  void retried_waitsForItsTimeThenBecomesReady() throws SQLException {
    NewJob job = insert(3);
    ClaimedJob claimed = claim(job, 1);
    JobError error = new JobError(ErrorKind.HANDLER, "boom", 1);
    complete(claimed, new Outcome.Retried(error, Duration.ofHours(1)));
    assertThat(view(job).state()).isEqualTo(JobState.SCHEDULED);
    assertThat(timers.promote(10, false, GRACE).announcement()).isNull();
    database
        .dsl()
        .execute(
            "WITH j AS (UPDATE job SET run_at = now() - interval '1 second') UPDATE job_timer SET"
                + " run_at = now() - interval '1 second'");
    Announcement due = timers.promote(10, false, GRACE).announcement();
    assertThat(due).isNotNull();
    assertThat(due.jobs()).extracting(JobPointer::id).containsExactly(job.id());
    assertThat(view(job).state()).isEqualTo(JobState.READY);
    assertThat(view(job).failures()).isEqualTo(1);
  }

  @Test
  void handedBack_isReadyAgainAndCostsNoAttempt() throws SQLException {
    NewJob job = insert(1);
    ClaimedJob claimed = claim(job, 1);
    CompletionStore.Recorded recorded =
        complete(claimed, new Outcome.HandedBack(Duration.ZERO, "why"));
    assertThat(recorded.announcement()).isNotNull();
    assertThat(view(job).state()).isEqualTo(JobState.READY);
    assertThat(view(job).failures()).isZero();
    assertThat(claim(job, 1).attempt()).isEqualTo(2);
  }

  @Test
  void handedBack_withDelay_waitsForItsTime() throws SQLException {
    NewJob job = insert(1);
    complete(claim(job, 1), new Outcome.HandedBack(Duration.ofHours(1), "why"));
    assertThat(view(job).state()).isEqualTo(JobState.SCHEDULED);
    assertThat(view(job).failures()).isZero();
  }

  @Test
  void settle_committedClaim_returnsItsJobs() throws SQLException {
    NewJob job = insert(3);
    ClaimedJob claimed = claim(job, 4);
    assertThat(claims.settle(claimed.session(), 4)).containsExactly(claimed);
  }

  @Test
  void settle_claimThatNeverCame_keepsItFromComing() throws SQLException {
    NewJob job = insert(3);
    long session = workers.register("w", List.of("default"), 4);
    assertThat(claims.settle(session, 5)).isEmpty();
    assertThatThrownBy(() -> claims.claim(session, 5, List.of(job.id()), GRACE).jobs())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("claim_pkey");
    assertThat(view(job).state()).isEqualTo(JobState.READY);
  }

  @Test
  void settle_sessionForgotten_leavesNoClaim() throws SQLException {
    long session = workers.register("w", List.of("default"), 4);
    workers.leave(session);
    assertThat(workers.forget(Duration.ofMillis(-1000))).isEqualTo(1);
    assertThat(claims.settle(session, 5)).isEmpty();
    assertThat(database.dsl().fetchCount(Tables.CLAIM)).isZero();
  }

  @Test
  void outbox_take_returnsOnlyJobsStillReadyAndOnlyOnce() throws SQLException {
    NewJob gone = insert(3);
    NewJob ready = insert(3);
    claim(gone, 1);
    List<Announcement> taken = outbox.take(10, Duration.ofMinutes(1));
    assertThat(taken).hasSize(2);
    assertThat(taken.stream().flatMap(a -> a.jobs().stream()).map(JobPointer::id))
        .containsExactly(ready.id());
    assertThat(outbox.take(10, Duration.ofMinutes(1))).isEmpty();
    outbox.delete(taken.stream().map(Announcement::outboxId).toList());
    assertThat(outbox.waiting()).isZero();
  }

  @Test
  void reannounce_findsTheOldestReady() throws SQLException {
    List<NewJob> batch = IntStream.range(0, 5).mapToObj(i -> job(3)).toList();
    submit(batch);
    var day = queues.oldestReadyDay("default", Priority.NORMAL);
    assertThat(day).isNotNull();
    Announcement found =
        queues.reannounce("default", Priority.NORMAL, Duration.ofMillis(-1), day, 2, GRACE);
    assertThat(found).isNotNull();
    assertThat(found.jobs())
        .extracting(JobPointer::id)
        .containsExactly(batch.get(0).id(), batch.get(1).id());
    assertThat(queues.reannounce("default", Priority.NORMAL, Duration.ofMinutes(1), day, 2, GRACE))
        .isNull();
    assertThat(queues.ready("default", Priority.NORMAL)).isEqualTo(5);
    assertThat(queues.ready("default", Priority.LOW)).isZero();
    assertThat(queues.oldestReadyDay("elsewhere", Priority.NORMAL)).isNull();
  }

  private NewJob job(int maxAttempts) {
    return new NewJob(
        ids.next(),
        "t",
        "echo",
        "default",
        Priority.NORMAL,
        maxAttempts,
        60_000,
        "{\"value\": \"quote \\\" comma , brace } null\"}",
        null);
  }

  private SubmitStore.Submitted submit(List<NewJob> batch) throws SQLException {
    return submissions.insert(batch, job -> false, GRACE);
  }

  private NewJob insert(int maxAttempts) throws SQLException {
    NewJob job = job(maxAttempts);
    submit(List.of(job));
    return job;
  }

  private ClaimedJob claim(NewJob job, long batch) throws SQLException {
    long session = workers.register("w", List.of("default"), 4);
    return claims.claim(session, batch, List.of(job.id()), GRACE).jobs().getFirst();
  }

  private JobView view(NewJob job) {
    return jobs.find("t", job.id()).orElseThrow();
  }

  private CompletionStore.Recorded complete(ClaimedJob job, Outcome outcome) throws SQLException {
    return completions.complete(
        List.of(completion(job, outcome)),
        List.of(new CompletionStore.FinishedClaim(job.session(), 1)),
        GRACE);
  }

  private static Completion completion(ClaimedJob job, Outcome outcome) {
    return new Completion(job.id(), job.session(), job.attempt(), outcome);
  }
}
