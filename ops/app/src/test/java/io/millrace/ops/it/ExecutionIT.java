package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobEvent;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.RetryPolicy;
import io.millrace.model.RetryPolicy.Jitter;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.workers.boot.WorkerRuntime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What attempts may do and what may be done to them, on a real worker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecutionIT {
  private static final String LONG = "{\"millis\": 600000}";

  private final Installation installation = Installation.create();
  private JobTable jobs;
  private WorkerRuntime worker;

  @BeforeAll
  void start() {
    Millrace started =
        installation.start(
            Set.of(Role.WORKER),
            Map.of(
                "millrace.worker.stop-grace", "1s",
                "millrace.worker.pools.default.slots", "16"));
    worker = started.part(WorkerRuntime.class);
    jobs = new JobTable(installation.stack());
  }

  @AfterAll
  void stop() throws Exception {
    jobs.close();
    installation.close();
  }

  @Test
  void cancel_runningJob_endsItWithinTwoSecondsAndOnce() throws SQLException {
    UUID id = jobs.submit("sleep", LONG);
    jobs.await(id, JobState.RUNNING);
    assertThat(jobs.cancel(id, "no longer wanted")).isZero();
    assertThat(jobs.cancel(id, "again")).isZero();
    JobView view = jobs.await(id, JobState.CANCELLED);
    Instant asked = Objects.requireNonNull(view.details().cancelRequestedAt());
    assertThat(Duration.between(asked, view.finishedAt())).isLessThan(Duration.ofSeconds(2));
    assertThat(view.details().cancelReason()).isEqualTo("no longer wanted");
    assertThat(view.failures()).isZero();
    assertThat(jobs.kinds(id)).containsExactly("READY", "RUNNING", "CANCEL_REQUESTED", "CANCELLED");
  }

  @Test
  void cancel_jobThatWaits_isCancelledAtOnce() throws SQLException {
    NewJob ready = jobs.job("echo", "{}").build();
    // Announced in a minute, so READY until then.
    jobs.submit(List.of(ready), Duration.ofMinutes(1));
    UUID scheduled =
        jobs.submit(jobs.job("fail", "{\"failAttempts\": 1, \"snoozeMillis\": 3600000}"));
    jobs.await(scheduled, JobState.SCHEDULED);
    assertThat(jobs.cancel(ready.id(), null)).isEqualTo(1);
    assertThat(jobs.cancel(scheduled, null)).isEqualTo(1);
    assertThat(jobs.view(ready.id()).state()).isEqualTo(JobState.CANCELLED);
    assertThat(jobs.view(scheduled).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void cancel_whileTheHandlerIsDeaf_endsTheJobAfterTheGrace() throws SQLException {
    UUID id = jobs.submit("sleep", "{\"millis\": 600000, \"ignoreInterruptMillis\": 6000}");
    jobs.await(id, JobState.RUNNING);
    jobs.cancel(id, null);
    jobs.await(id, JobState.CANCELLED);
    assertThat(worker.stuck()).isPositive();
    await().atMost(Duration.ofSeconds(30)).until(() -> worker.stuck() == 0);
    assertThat(jobs.view(id).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void timeout_ofADeafHandler_failsAndFreesTheSlotWithoutIt() throws SQLException {
    UUID id =
        jobs.submit(
            jobs.job("sleep", "{\"millis\": 600000, \"ignoreInterruptMillis\": 8000}")
                .attempts(1)
                .timeoutMillis(300));
    JobView view = jobs.await(id, JobState.FAILED);
    assertThat(kind(view)).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(Duration.between(view.startedAt(), view.finishedAt()))
        .isLessThan(Duration.ofSeconds(4));
    assertThat(worker.stuck()).isPositive();
    await().atMost(Duration.ofSeconds(30)).until(() -> worker.stuck() == 0);
  }

  @Test
  void heartbeat_silentAttempt_failsAndATalkingOneDoesNot() throws SQLException {
    UUID silent = jobs.submit(jobs.job("sleep", LONG).attempts(1).heartbeatMillis(500));
    UUID talking =
        jobs.submit(
            jobs.job("sleep", "{\"millis\": 3000, \"steps\": 30}")
                .attempts(1)
                .heartbeatMillis(1_500));
    assertThat(kind(jobs.await(silent, JobState.FAILED))).isEqualTo(ErrorKind.HEARTBEAT);
    jobs.await(talking, JobState.SUCCEEDED);
  }

  @Test
  void deadline_runningJob_failsWithItsKind() throws SQLException {
    UUID id =
        jobs.submit(jobs.job("sleep", LONG).deadline(Instant.now().plus(Duration.ofSeconds(3))));
    JobView view = jobs.await(id, JobState.FAILED);
    assertThat(kind(view)).isEqualTo(ErrorKind.DEADLINE);
    assertThat(view.attempt()).isEqualTo(1);
  }

  @Test
  void retry_delayOfTheHandler_replacesThatOfThePolicy() throws SQLException {
    RetryPolicy slow = policy(3, Duration.ofHours(1), null);
    UUID id =
        jobs.submit(
            jobs.job("fail", "{\"failAttempts\": 2, \"retryAfterMillis\": 100}").retry(slow));
    JobView view = jobs.await(id, JobState.SUCCEEDED);
    assertThat(view.attempt()).isEqualTo(3);
    assertThat(view.failures()).isEqualTo(2);
  }

  @Test
  void retry_kindsOfTheSubmission_decide() throws SQLException {
    RetryPolicy onlyTimeouts = policy(5, Duration.ofMillis(50), Set.of(ErrorKind.TIMEOUT));
    RetryPolicy bugs = policy(5, Duration.ofMillis(50), Set.of(ErrorKind.BUG));
    UUID first = jobs.submit(jobs.job("fail", "{\"failAttempts\": 1}").retry(onlyTimeouts));
    UUID second =
        jobs.submit(jobs.job("fail", "{\"kind\": \"BUG\", \"failAttempts\": 3}").retry(bugs));
    assertThat(jobs.await(first, JobState.FAILED).attempt()).isEqualTo(1);
    assertThat(jobs.await(second, JobState.SUCCEEDED).attempt()).isEqualTo(4);
  }

  @Test
  void snooze_costsNoAttempt() throws SQLException {
    UUID id =
        jobs.submit(jobs.job("fail", "{\"failAttempts\": 2, \"snoozeMillis\": 200}").attempts(1));
    JobView view = jobs.await(id, JobState.SUCCEEDED);
    assertThat(view.attempt()).isEqualTo(3);
    assertThat(view.failures()).isZero();
    assertThat(jobs.kinds(id))
        .containsSubsequence("RUNNING", "SCHEDULED", "RUNNING", "SCHEDULED", "RUNNING");
  }

  @Test
  void reports_upToTheLast_precedeTheOutcome() throws SQLException {
    UUID id = jobs.submit("sleep", "{\"millis\": 50, \"steps\": 5, \"output\": true}");
    JobView view = jobs.await(id, JobState.SUCCEEDED);
    JobView.Progress progress = Objects.requireNonNull(view.progress());
    assertThat(progress.fraction()).isEqualTo(1.0);
    assertThat(progress.counters()).contains("\"steps\":5");
    List<JobEvent> events = jobs.events(id);
    assertThat(events.getLast().kind()).isEqualTo("SUCCEEDED");
    assertThat(events.stream().filter(event -> event.kind().equals(JobEvent.OUTPUT)))
        .extracting(JobEvent::detail)
        .containsExactly(
            "{\"step\":1}", "{\"step\":2}", "{\"step\":3}", "{\"step\":4}", "{\"step\":5}");
  }

  @Test
  void workerKilled_nextAttemptReceivesTheCheckpoint() throws Exception {
    ChildProcess doomed = installation.startChild(pool("killed"), "up", "--worker", "--port=0");
    UUID id =
        jobs.submit(
            jobs.job("sleep", "{\"millis\": 6000, \"steps\": 30, \"checkpoint\": true}")
                .pool("killed"));
    await().atMost(Duration.ofSeconds(60)).until(() -> jobs.stepsSaved(id) >= 5);
    doomed.kill();
    int saved = jobs.stepsSaved(id);
    try (Millrace other = installation.start(Set.of(Role.WORKER), pool("killed"))) {
      JobView view = jobs.await(id, JobState.SUCCEEDED);
      assertThat(view.attempt()).isEqualTo(2);
      assertThat(view.failures()).isZero();
      assertThat(view.details().crashes()).isEqualTo(1);
      assertThat(jobs.result(id).path("resumedAfter").asInt()).isEqualTo(saved);
    }
  }

  @Test
  void workerDrained_runningJobsEndOrGoBackWithTheirCheckpoints() throws SQLException {
    Millrace leaving = installation.start(Set.of(Role.WORKER), pool("drained"));
    UUID slow =
        jobs.submit(
            jobs.job("sleep", "{\"millis\": 8000, \"steps\": 40, \"checkpoint\": true}")
                .attempts(1)
                .pool("drained"));
    UUID quick = jobs.submit(jobs.job("sleep", "{\"millis\": 1500}").pool("drained"));
    await().atMost(Duration.ofSeconds(60)).until(() -> jobs.stepsSaved(slow) >= 1);
    jobs.await(quick, JobState.RUNNING);
    leaving.close();
    assertThat(jobs.view(quick).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(jobs.view(slow).state()).isEqualTo(JobState.READY);
    int saved = jobs.stepsSaved(slow);
    try (Millrace other = installation.start(Set.of(Role.WORKER), pool("drained"))) {
      JobView view = jobs.await(slow, JobState.SUCCEEDED);
      assertThat(view.attempt()).isEqualTo(2);
      assertThat(view.failures()).isZero();
      assertThat(view.details().crashes()).isZero();
      assertThat(jobs.result(slow).path("resumedAfter").asInt()).isEqualTo(saved).isPositive();
    }
  }

  @Test
  void workerPausedBeyondItsLease_itsLateOutcomeIsRefused() throws Exception {
    ChildProcess paused = installation.startChild(pool("paused"), "up", "--worker", "--port=0");
    UUID id = jobs.submit(jobs.job("sleep", "{\"millis\": 2500}").pool("paused"));
    jobs.await(id, JobState.RUNNING);
    paused.pause();
    try (Millrace other = installation.start(Set.of(Role.WORKER), pool("paused"))) {
      JobView view = jobs.await(id, JobState.SUCCEEDED);
      assertThat(view.attempt()).isEqualTo(2);
      List<JobEvent> before = jobs.events(id);
      paused.resume();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> paused.output().contains("outcomes dropped, their leases were lost"));
      assertThat(jobs.events(id)).isEqualTo(before);
    }
  }

  @Test
  void fourBacklogs_onAFullPool_startByTheirWeights() throws SQLException {
    Map<String, String> two =
        Map.of(
            "millrace.worker.pools.shared.slots", "2", "millrace.worker.pools.shared.batch", "1");
    try (Millrace busy = installation.start(Set.of(Role.WORKER), two)) {
      // Full until all that follows is announced.
      List<NewJob> first =
          List.of(
              jobs.job("sleep", "{\"millis\": 4000}").pool("shared").build(),
              jobs.job("sleep", "{\"millis\": 4000}").pool("shared").build());
      jobs.submit(first);
      for (NewJob job : first) {
        jobs.await(job.id(), JobState.RUNNING);
      }
      jobs.submit(
          IntStream.range(0, 240)
              .mapToObj(
                  i ->
                      jobs.job("sleep", "{\"millis\": 20}")
                          .pool("shared")
                          .priority(Priority.ofCode(i % 4))
                          .build())
              .toList());
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> jobs.count("pool = 'shared' AND state = 'SUCCEEDED'") == 242);
      List<Priority> order = jobs.startsOf("shared").subList(2, 92);
      // Of 90 by 8:4:2:1.
      assertThat(starts(order, Priority.CRITICAL)).as("critical %s", order).isBetween(42L, 54L);
      assertThat(starts(order, Priority.HIGH)).as("high %s", order).isBetween(20L, 28L);
      assertThat(starts(order, Priority.NORMAL)).as("normal %s", order).isBetween(9L, 15L);
      assertThat(starts(order, Priority.LOW)).as("low %s", order).isBetween(4L, 9L);
    }
  }

  private static long starts(List<Priority> order, Priority priority) {
    return order.stream().filter(priority::equals).count();
  }

  private static Map<String, String> pool(String name) {
    return Map.of("millrace.worker.pools." + name + ".slots", "4");
  }

  private static RetryPolicy policy(int attempts, Duration delay, @Nullable Set<ErrorKind> kinds) {
    return new RetryPolicy(attempts, delay, 1.0, delay, Jitter.NONE, null, kinds);
  }

  private static ErrorKind kind(JobView view) {
    JobError error = view.error();
    assertThat(error).isNotNull();
    return error.kind();
  }
}
