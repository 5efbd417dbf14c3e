package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The life of a job over HTTP, from submission to result or failure. */
class JobApiIT {
  private static final Installation INSTALLATION = Installation.create();

  /** One slot in the pool {@code cpu}, so that a test can keep a job from being run. */
  private static final Map<String, String> ONE_CPU =
      Map.of("millrace.worker.pools.default.slots", "32", "millrace.worker.pools.cpu.slots", "1");

  private static Jobs jobs;

  @BeforeAll
  static void start() {
    jobs = Installation.jobs(INSTALLATION.start(Set.of(Role.API, Role.WORKER), ONE_CPU));
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @Test
  void submit_answers202WithLocationAndLinks() {
    HttpResponse<String> answer = jobs.submitRaw("{\"type\":\"echo\",\"payload\":{\"value\":7}}");
    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode body = Jobs.json(answer);
    String id = body.path("id").asString();
    String self = "/v1/jobs/" + id;
    assertThat(answer.headers().firstValue("Location")).contains(self);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(body.path("state").asString()).isEqualTo("READY");
    assertThat(body.at("/links/self").asString()).isEqualTo(self);
    assertThat(body.at("/links/result").asString()).isEqualTo(self + "/result");
    assertThat(body.at("/links/log").asString()).isEqualTo(self + "/log");
    JsonNode status = jobs.succeeded(id);
    assertThat(status.path("attempt").asInt()).isEqualTo(1);
    assertThat(status.path("failures").asInt()).isZero();
    assertThat(status.path("finishedAt").asString()).isNotBlank();
    assertThat(jobs.result(id).asInt()).isEqualTo(7);
  }

  @Test
  void answers_ofJson_comeInOnePieceOfKnownLength() {
    String id = jobs.submit("echo", "{}");
    List<HttpResponse<String>> answers =
        List.of(
            jobs.submitRaw("{\"type\":\"echo\"}"),
            jobs.submitRaw("{\"type\":\"no.such.type\"}"),
            jobs.get("/v1/jobs/" + id),
            jobs.get("/actuator/health"));
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.headers().firstValueAsLong("Content-Length"))
                    .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length));
  }

  @Test
  void echo_withoutValue_hasNullAsItsResult() {
    String id = jobs.submit("echo", "{}");
    jobs.succeeded(id);
    assertThat(jobs.result(id).isNull()).isTrue();
  }

  @Test
  void waitingJob_isReadableAtOnceAndHasNoResultYet() {
    String blocker = jobs.submit("sleep", "{\"millis\":3000}", ",\"pool\":\"cpu\"");
    jobs.awaitState(blocker, "RUNNING");
    String waiting = jobs.submit("echo", "{}", ",\"pool\":\"cpu\",\"priority\":\"low\"");
    JsonNode status = jobs.status(waiting);
    assertThat(status.path("state").asString()).isEqualTo("READY");
    assertThat(status.path("attempt").asInt()).isZero();
    assertThat(status.path("pool").asString()).isEqualTo("cpu");
    assertThat(status.path("priority").asString()).isEqualTo("low");
    assertThat(status.has("startedAt")).isFalse();
    assertNotFinished(waiting, "READY");
    assertNotFinished(blocker, "RUNNING");
    jobs.succeeded(waiting);
    jobs.succeeded(blocker);
    assertThat(jobs.result(blocker).path("sleptMillis").asInt()).isEqualTo(3000);
  }

  @Test
  void fail_isFailedWithKindAndMessage() {
    String id = jobs.submit("fail", "{\"kind\":\"DEPENDENCY\",\"message\":\"no luck\"}", once());
    jobs.awaitState(id, "FAILED");
    JsonNode error = jobs.status(id).path("error");
    assertThat(error.path("kind").asString()).isEqualTo("DEPENDENCY");
    assertThat(error.path("message").asString()).isEqualTo("no luck");
    assertThat(error.path("attempt").asInt()).isEqualTo(1);
    JsonNode problem =
        ProblemCheck.problem(jobs.get("/v1/jobs/" + id + "/result"), 409, "job-failed");
    assertThat(problem.path("detail").asString()).contains("DEPENDENCY", "no luck");
  }

  @Test
  void fail_notRetryable_isTriedOnce() {
    String id = jobs.submit("fail", "{\"retryable\":false}", ",\"maxAttempts\":5");
    jobs.awaitState(id, "FAILED");
    assertThat(jobs.status(id).path("attempt").asInt()).isEqualTo(1);
    assertThat(jobs.status(id).path("maxAttempts").asInt()).isEqualTo(5);
  }

  @Test
  void fail_inTwoAttempts_succeedsInTheThird() {
    String id = jobs.submit("fail", "{\"failAttempts\":2}", ",\"maxAttempts\":3");
    JsonNode status = jobs.succeeded(id);
    assertThat(status.path("attempt").asInt()).isEqualTo(3);
    assertThat(status.path("failures").asInt()).isEqualTo(2);
    assertThat(status.at("/lastError/kind").asString()).isEqualTo("HANDLER");
    assertThat(status.at("/lastError/attempt").asInt()).isEqualTo(2);
    assertThat(status.has("error")).isFalse();
    assertThat(jobs.result(id).path("attempt").asInt()).isEqualTo(3);
  }

  @Test
  void sleep_longerThanItsTimeout_failsWithTimeout() {
    String id = jobs.submit("sleep", "{\"millis\":60000}", ",\"timeout\":\"500ms\"" + once());
    jobs.awaitState(id, "FAILED");
    JsonNode status = jobs.status(id);
    assertThat(status.at("/error/kind").asString()).isEqualTo("TIMEOUT");
    assertThat(status.at("/error/message").asString()).contains("PT0.5S");
    assertThat(status.at("/timings/ranMillis").asLong()).isBetween(500L, 15_000L);
  }

  @Test
  void sleep_reportsProgressWhileItRuns() {
    String id = jobs.submit("sleep", "{\"millis\":4000,\"steps\":40}");
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              JsonNode progress = jobs.status(id).path("progress");
              assertThat(progress.path("fraction").asDouble()).isGreaterThan(0).isLessThan(1);
              assertThat(progress.path("message").asString()).matches("step \\d+ of 40");
            });
    assertThat(jobs.succeeded(id).at("/progress/fraction").asDouble()).isEqualTo(1.0);
  }

  @Test
  void log_ofAJobThatLoggedNothing_isEmpty() {
    String id = jobs.submit("echo", "{}");
    jobs.succeeded(id);
    JsonNode lines = Jobs.json(jobs.get("/v1/jobs/" + id + "/log")).path("lines");
    assertThat(lines.isArray()).isTrue();
    assertThat(lines.isEmpty()).isTrue();
  }

  @Test
  void unknownJob_is404InAllItsViews() {
    String path = "/v1/jobs/0198c1de-6f00-7abc-8def-0123456789ab";
    ProblemCheck.problem(jobs.get(path), 404, "job-not-found");
    ProblemCheck.problem(jobs.get(path + "/result"), 404, "job-not-found");
    ProblemCheck.problem(jobs.get(path + "/log"), 404, "job-not-found");
  }

  @Test
  void health_answersOnAllItsPaths() {
    assertThat(Jobs.json(jobs.get("/actuator/health")).path("status").asString()).isEqualTo("UP");
    assertThat(jobs.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    assertThat(jobs.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    ProblemCheck.problem(jobs.get("/actuator/env"), 404, "not-found");
  }

  @Test
  void prometheus_answersWithMetrics() {
    jobs.submit("echo", "{}");
    HttpResponse<String> answer = jobs.get("/actuator/prometheus");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(answer.body()).contains("# TYPE ");
    assertThat(answer.body())
        .containsPattern(
            "http_server_requests_seconds_count\\{[^}]*status=\"202\",uri=\"/v1/jobs\"");
  }

  private static String once() {
    return ",\"maxAttempts\":1";
  }

  private static void assertNotFinished(String id, String state) {
    HttpResponse<String> answer = jobs.get("/v1/jobs/" + id + "/result");
    JsonNode problem = ProblemCheck.problem(answer, 409, "job-not-finished");
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(problem.path("detail").asString()).contains(id).contains(state);
  }
}
