package io.millrace.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.db.Tables;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobEvent;
import io.millrace.model.JobOptions;
import io.millrace.model.JobPointer;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.Outcome;
import io.millrace.model.RunLimit.Scope;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that are sent on by hand, on a real PostgreSQL. */
class RetryStoreIT {
  private static final Duration GRACE = Duration.ZERO;

  private final Database database = TestDatabase.clean();
  private final Letters letters = new Letters(database);
  private final RetryStore retries = new RetryStore(database);
  private final JobStore jobs = new JobStore(database);

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void retry_failed_runsAgainWithNoFailuresAndTheNextAttempt() throws SQLException {
    UUID id = letters.failed(1).getFirst();
    RetryStore.Sent sent = retries.retry("t", List.of(id), null, "by hand", GRACE);
    assertThat(sent.jobs()).containsExactly(id);
    assertThat(requireNonNull(sent.announcement()).jobs())
        .extracting(JobPointer::id)
        .containsExactly(id);
    JobView view = view(id);
    assertThat(view.state()).isEqualTo(JobState.READY);
    assertThat(view.failures()).isZero();
    assertThat(view.finishedAt()).isNull();
    assertThat(requireNonNull(view.error()).message()).isEqualTo("no luck");
    assertThat(database.dsl().fetchCount(Tables.DEAD_LETTER)).isZero();
    assertThat(letters.running(List.of(id)).getFirst().attempt()).isEqualTo(2);
    JobEvent event = new EventStore(database).after("t", id, 3, 1).getFirst();
    assertThat(event.kind()).isEqualTo("READY");
    assertThat(event.detail()).isEqualTo("{\"why\":\"by hand\"}");
  }

  @Test
  void retry_notFailedOrOfAnotherTenant_changesNothing() throws SQLException {
    UUID ready = letters.ready(1, "echo", JobOptions.NONE).getFirst();
    UUID failed = letters.failed(1).getFirst();
    assertThat(retries.retry("t", List.of(ready), null, "x", GRACE).jobs()).isEmpty();
    assertThat(retries.retry("other", List.of(failed), null, "x", GRACE).jobs()).isEmpty();
    assertThat(view(failed).state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void retry_newPayload_replacesItAndForgetsTheCheckpoint() throws SQLException {
    List<UUID> failed = letters.failed(2);
    database
        .dsl()
        .execute(
            "INSERT INTO job_checkpoint (job_id, attempt, document) SELECT id, 1, '{}' FROM job");
    retries.retry("t", List.of(failed.get(0)), "{\"value\":2}", "x", GRACE);
    retries.retry("t", List.of(failed.get(1)), null, "x", GRACE);
    assertThat(letters.running(failed))
        .extracting(ClaimedJob::payload)
        .containsExactlyInAnyOrder("{\"value\":2}", "{}");
    assertThat(database.dsl().fetch("SELECT job_id FROM job_checkpoint").getValues(0, UUID.class))
        .containsExactly(failed.get(1));
  }

  @Test
  void retry_deadline_passedIsLiftedAndComingIsKept() throws SQLException {
    JobOptions options =
        new JobOptions(
            null, null, Instant.now().plusSeconds(3600), null, null, null, null, null, null, null);
    List<UUID> failed = letters.failed(2, "echo", ErrorKind.HANDLER, options);
    database
        .dsl()
        .execute(
            "WITH t AS (DELETE FROM job_timer)"
                + " UPDATE job SET deadline = now() - interval '1 s' WHERE id = ?",
            failed.getFirst());
    retries.retry("t", failed.stream().sorted().toList(), null, "x", GRACE);
    assertThat(view(failed.get(0)).details().deadline()).isNull();
    assertThat(view(failed.get(1)).details().deadline()).isNotNull();
    assertThat(database.dsl().fetchCount(Tables.JOB_TIMER)).isEqualTo(1);
  }

  @Test
  void retry_underLimit_isBlockedForIt() throws SQLException {
    UUID id = letters.failed(1).getFirst();
    new LimitStore(database).put(Scope.TYPE, "echo", 1, null);
    RetryStore.Sent sent = retries.retry("t", List.of(id), null, "x", GRACE);
    assertThat(sent.blocked()).isTrue();
    assertThat(view(id).state()).isEqualTo(JobState.BLOCKED);
  }

  @Test
  void retry_cancelAskedForBeforeItFailed_isForgotten() throws SQLException {
    UUID id = letters.ready(1, "echo", JobOptions.NONE).getFirst();
    ClaimedJob running = letters.running(List.of(id)).getFirst();
    new CancelStore(database).cancel("t", id, "stop", GRACE);
    new CompletionStore(database)
        .complete(
            List.of(
                new Completion(
                    id,
                    running.session(),
                    running.attempt(),
                    new Outcome.Failed(new JobError(ErrorKind.HANDLER, "late", 1)))),
            List.of(new CompletionStore.FinishedClaim(running.session(), 1)),
            GRACE);
    retries.retry("t", List.of(id), null, "x", GRACE);
    assertThat(view(id).details().cancelRequestedAt()).isNull();
    assertThat(view(id).state()).isEqualTo(JobState.READY);
  }

  @Test
  void resolve_unknownOutcome_endsOrRunsAsDecided() throws SQLException {
    List<UUID> waiting = waiting(3);
    assertThat(resolve(waiting.get(0), JobState.SUCCEEDED, "{\"by\":\"hand\"}").jobs()).hasSize(1);
    assertThat(resolve(waiting.get(1), JobState.FAILED, null).jobs()).hasSize(1);
    assertThat(requireNonNull(resolve(waiting.get(2), JobState.READY, null).announcement()).jobs())
        .hasSize(1);
    assertThat(jobs.result("t", waiting.get(0)).orElseThrow().json())
        .isEqualTo("{\"by\":\"hand\"}");
    assertThat(view(waiting.get(1)).error())
        .isEqualTo(new JobError(ErrorKind.LEASE_LOST, "looked", 1));
    assertThat(view(waiting.get(2)).state()).isEqualTo(JobState.READY);
    assertThat(resolve(waiting.get(2), JobState.FAILED, null).jobs()).isEmpty();
    assertThat(resolve(waiting.get(0), JobState.FAILED, null).jobs()).isEmpty();
    List<JobEvent> log = new EventStore(database).after("t", waiting.get(1), 3, 10);
    assertThat(log).extracting(JobEvent::kind).containsExactly("FAILED");
    assertThat(log.getFirst().detail()).contains("an operator decided").contains("looked");
  }

  private RetryStore.Sent resolve(UUID id, JobState to, @Nullable String result)
      throws SQLException {
    return retries.resolve("t", id, to, result, "looked", GRACE);
  }

  private List<UUID> waiting(int count) throws SQLException {
    database
        .dsl()
        .execute(
            "INSERT INTO job_type (name, version, workload, pool, max_attempts, timeout_millis,"
                + " payload_schema, on_worker_death)"
                + " VALUES ('echo', 1, 'IO', 'default', 3, 1000, '{}', 'ASK')");
    List<UUID> ids = letters.ready(count, "echo", JobOptions.NONE);
    letters.running(ids);
    new WorkerStore(database).expire(Duration.ofMillis(-1000));
    new ReapStore(database).reap(10, GRACE);
    assertThat(view(ids.getFirst()).state()).isEqualTo(JobState.WAITING);
    return ids;
  }

  private JobView view(UUID id) {
    return jobs.find("t", id).orElseThrow();
  }
}
