package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.workers.boot.WorkerRuntime;
import io.millrace.workers.poll.PollLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Processes, broker and cache come and go; no job is lost and none is recorded twice. */
class HealingIT {
  private final Installation installation = Installation.create();

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  @Test
  void twoWorkers_shareABacklog_nothingRunsTwice() {
    Map<String, String> fewSlots =
        Map.of("millrace.worker.pools.default.slots", "8", "millrace.worker.pools.cpu.slots", "1");
    Millrace first = installation.start(Set.of(Role.WORKER), fewSlots);
    Millrace second = installation.start(Set.of(Role.WORKER), fewSlots);
    Jobs jobs = Installation.jobs(installation.startApi());
    List<String> ids = jobs.submitMany(300, "sleep", "{\"millis\": 100}");
    ids.forEach(id -> assertThat(jobs.succeeded(id).path("attempt").asInt()).isEqualTo(1));
    long byFirst = claimed(first);
    long bySecond = claimed(second);
    assertThat(byFirst + bySecond).isEqualTo(300);
    assertThat(byFirst).isPositive();
    assertThat(bySecond).isPositive();
  }

  @Test
  void apiKilledBetweenCommitAndAnnouncement_jobStillRuns() throws Exception {
    installation.startWorker();
    // An API that cannot reach Kafka commits and never announces.
    ChildProcess api =
        installation.startChild(
            Map.of("millrace.kafka.bootstrap-servers", "127.0.0.1:1"), "up", "--api", "--port=0");
    Jobs jobs = new Jobs(api.url());
    List<String> ids = jobs.submitMany(5, "echo", "{\"value\": 1}");
    assertThat(jobs.state(ids.getFirst())).isEqualTo("READY");
    api.kill();
    Jobs other = Installation.jobs(installation.startApi());
    ids.forEach(id -> assertThat(other.succeeded(id).path("attempt").asInt()).isEqualTo(1));
  }

  @Test
  void workerKilledMidJob_anotherFinishesIt() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    ChildProcess doomed = installation.startChild(Map.of(), "up", "--worker", "--port=0");
    String slow = jobs.submit("sleep", "{\"millis\": 3000}");
    String running = jobs.submit("sleep", "{\"millis\": 600000}", ",\"maxAttempts\":1");
    jobs.awaitState(slow, "RUNNING");
    jobs.awaitState(running, "RUNNING");
    doomed.kill();
    installation.startWorker();
    JsonNode status = jobs.succeeded(slow);
    assertThat(status.path("attempt").asInt()).isEqualTo(2);
    assertThat(status.path("failures").asInt()).as("a death costs no attempt").isZero();
    assertThat(status.path("lastError").path("kind").asString()).isEqualTo("LEASE_LOST");
    assertThat(jobs.result(slow).path("sleptMillis").asInt()).isEqualTo(3000);
    jobs.awaitState(running, "FAILED");
    assertThat(jobs.status(running).path("error").path("message").asString())
        .contains("stopped while it ran the job");
  }

  @Test
  void workerTerminated_handsItsJobsBackWithoutCost() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    ChildProcess leaving = installation.startChild(Map.of(), "up", "--worker", "--port=0");
    String slow = jobs.submit("sleep", "{\"millis\": 10000}", ",\"maxAttempts\":1");
    jobs.awaitState(slow, "RUNNING");
    assertThat(leaving.terminate()).as(leaving.output()).isIn(0, 143);
    assertThat(jobs.status(slow).path("state").asString()).isEqualTo("READY");
    installation.startWorker();
    JsonNode status = jobs.succeeded(slow);
    assertThat(status.path("attempt").asInt()).isEqualTo(2);
    assertThat(status.path("failures").asInt()).isZero();
  }

  @Test
  void redisStopped_jobsStillRun() {
    Jobs jobs = Installation.jobs(installation.start(Set.of(Role.API, Role.WORKER), Map.of()));
    installation.stack().redis().stop();
    String id = jobs.submit("echo", "{\"value\": \"no cache\"}");
    jobs.succeeded(id);
    assertThat(jobs.result(id).toString()).contains("no cache");
  }

  @Test
  void kafkaStoppedForAWhile_submissionsAreAcceptedAndRunLater() {
    Jobs jobs = Installation.jobs(installation.start(Set.of(Role.API, Role.WORKER), Map.of()));
    jobs.succeeded(jobs.submit("echo", "{}"));
    installation.stack().kafka().stop();
    List<String> ids = jobs.submitMany(50, "echo", "{}");
    assertThat(jobs.state(ids.getFirst())).isEqualTo("READY");
    installation.stack().kafka().start();
    ids.forEach(id -> assertThat(jobs.succeeded(id).path("failures").asInt()).isZero());
  }

  @Test
  void wholeStackRestarted_queuedWorkRuns() {
    Millrace api = installation.startApi();
    Millrace worker = installation.startWorker();
    Jobs jobs = Installation.jobs(api);
    jobs.succeeded(jobs.submit("echo", "{}"));
    worker.close();
    List<String> ids = jobs.submitMany(20, "echo", "{\"value\": \"kept\"}");
    api.close();
    installation.restartInfra();
    Jobs again = Installation.jobs(installation.start(Set.of(Role.API, Role.WORKER), Map.of()));
    ids.forEach(again::succeeded);
    assertThat(again.result(ids.getLast()).toString()).contains("kept");
  }

  @Test
  void databaseAwayForLongerThanALease_costsNoAttempt() {
    Jobs jobs = Installation.jobs(installation.start(Set.of(Role.API, Role.WORKER), Map.of()));
    List<String> ids = jobs.submitMany(20, "sleep", "{\"millis\": 1500}");
    ids.forEach(id -> jobs.awaitState(id, "RUNNING"));
    installation.stack().postgres().kill();
    assertThat(jobs.submitRaw("{\"type\":\"echo\"}").statusCode()).isEqualTo(503);
    // The lease is 3 s.
    await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    installation.stack().postgres().start();
    ids.forEach(id -> assertThat(jobs.succeeded(id).path("attempt").asInt()).isEqualTo(1));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(jobs.submitRaw("{\"type\":\"echo\"}").statusCode()).isEqualTo(202));
  }

  private static long claimed(Millrace worker) {
    return worker.part(WorkerRuntime.class).polls().stream().mapToLong(PollLoop::claimed).sum();
  }
}
