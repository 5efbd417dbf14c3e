package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalStack;
import io.millrace.model.RunLimit.Scope;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.store.Database;
import io.millrace.store.LimitStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** New jobs are refused while too many wait; those that were accepted all run. */
class BackpressureIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ECHO = "{\"type\":\"echo\"}";

  /** Announces the types and goes: nothing drains until a test starts another. */
  @BeforeAll
  static void announceTypes() {
    INSTALLATION.startWorker().close();
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @Test
  void poolFull_is503UntilItDrains_andNothingAcceptedIsLost() {
    Millrace api = api("millrace.intake.max-backlog-per-pool", "10");
    try (api) {
      Jobs jobs = Installation.jobs(api);
      List<String> accepted = jobs.submitMany(10, "echo", "{}");
      JsonNode problem = refused(jobs, 503, "pool-backlog-full");
      assertThat(problem.path("detail").asString())
          .contains("10 jobs wait in pool default", "the limit is 10", "max-backlog-per-pool");
      HttpResponse<String> run = start(jobs, "echo");
      assertThat(run.statusCode()).isEqualTo(503);
      assertThat(run.body()).contains("pool-backlog-full", "jobs wait in pool default");
      assertThat(start(jobs, "none").statusCode()).isEqualTo(202);
      // Another pool has room, and a reading later all is as it was.
      accepted.add(jobs.submit("echo", "{}", ",\"pool\":\"cpu\""));
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> jobs.submitRaw(ECHO).statusCode() == 503);
      assertThat(jobs.get("/actuator/prometheus").body())
          .containsPattern("millrace_intake_refused_total\\{reason=\"pool\"\\} [1-9]");
      try (Millrace _ = INSTALLATION.startWorker()) {
        accepted.forEach(jobs::succeeded);
        jobs.succeeded(onceAccepted(jobs));
      }
    }
  }

  @Test
  void tenantFull_is429ForAllPoolsUntilItDrains_andNothingAcceptedIsLost() {
    LocalStack stack = INSTALLATION.stack();
    Millrace api = api("millrace.intake.max-backlog-per-tenant", "3");
    try (api;
        Database database =
            Database.open(
                stack.jdbcUrl(), stack.username(), stack.password(), 2, Duration.ofSeconds(5))) {
      Jobs jobs = Installation.jobs(api);
      LimitStore limits = new LimitStore(database);
      limits.put(Scope.TENANT, "default", 0, null);
      List<String> accepted = jobs.submitMany(3, "echo", "{}");
      assertThat(accepted).allSatisfy(id -> assertThat(jobs.state(id)).isEqualTo("BLOCKED"));
      // Until the reading after next, what was taken lately may count twice.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(refused(jobs, 429, "tenant-backlog-full").path("detail").asString())
                      .contains("3 jobs of tenant default", "the limit is 3", "pool default"));
      assertThat(jobs.submitRaw("{\"type\":\"echo\",\"pool\":\"cpu\"}").statusCode())
          .isEqualTo(429);
      HttpResponse<String> run = start(jobs, "echo");
      assertThat(run.statusCode()).isEqualTo(429);
      assertThat(run.headers().firstValue("Retry-After")).isPresent();
      assertThat(run.body())
          .contains("tenant-backlog-full", "the run's first job was for pool default");
      assertThat(start(jobs, "none").statusCode()).isEqualTo(429);
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> jobs.submitRaw(ECHO).statusCode() == 429);
      limits.delete(Scope.TENANT, "default");
      try (Millrace _ = INSTALLATION.startWorker()) {
        accepted.forEach(jobs::succeeded);
        jobs.succeeded(onceAccepted(jobs));
      }
    }
  }

  private static Millrace api(String key, String value) {
    return INSTALLATION.start(Set.of(Role.API), Map.of(key, value));
  }

  /** Tries again until a job is taken; its id. */
  private static String onceAccepted(Jobs jobs) {
    HttpResponse<String> accepted =
        await()
            .atMost(PATIENCE)
            .until(() -> jobs.submitRaw(ECHO), answer -> answer.statusCode() == 202);
    return Jobs.json(accepted).path("id").asString();
  }

  private static JsonNode refused(Jobs jobs, int status, String slug) {
    HttpResponse<String> answer = jobs.submitRaw(ECHO);
    int seconds = Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
    assertThat(seconds).isBetween(1, 300);
    return ProblemCheck.problem(answer, status, slug);
  }

  /** A run that begins with a job, or with none. */
  private static HttpResponse<String> start(Jobs jobs, String workflow) {
    String node = workflow.equals("echo") ? "{type: echo}" : "{transform: 1}";
    HttpResponse<String> put =
        jobs.request(
            "PUT",
            "/v1/workflows/" + workflow,
            ("nodes: {a: " + node + "}").getBytes(UTF_8),
            "Content-Type",
            "application/yaml");
    assertThat(put.statusCode()).as(put.body()).isIn(200, 201);
    return jobs.request("POST", "/v1/workflows/" + workflow + "/runs", new byte[0]);
  }
}
