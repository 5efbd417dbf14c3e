package io.millrace.ops.it;

import static io.millrace.ops.it.ProblemCheck.blames;
import static io.millrace.ops.it.ProblemCheck.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.ops.up.Role;
import io.millrace.runtime.Ids;
import io.millrace.store.Database;
import io.millrace.store.SubmitStore;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Cancelling, retrying, replaying, limiting and explaining jobs over HTTP. */
class ControlIT {
  private static final Installation INSTALLATION = Installation.create();

  /** One slot in the pool {@code cpu}, so that a test can keep a job READY. */
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
  void cancel_readyJob_isCancelledAtOnceAndTwiceIsTheSame() {
    String blocker = jobs.submit("sleep", "{\"millis\":20000}", ",\"pool\":\"cpu\"");
    jobs.awaitState(blocker, "RUNNING");
    String ready = jobs.submit("echo", "{}", ",\"pool\":\"cpu\"");
    JsonNode why = why(ready);
    assertThat(why.path("code").asString()).isEqualTo("QUEUED");
    assertThat(why.at("/before/atMost").asInt()).isBetween(0, 5);

    JsonNode first = ok(post("/v1/jobs/" + ready + "/cancel", "{\"reason\":\"not needed\"}"));
    assertThat(first.path("state").asString()).isEqualTo("CANCELLED");
    assertThat(first.path("cancelled").asBoolean()).isTrue();
    assertThat(first.path("reason").asString()).isEqualTo("not needed");
    JsonNode second = ok(jobs.request("POST", "/v1/jobs/" + ready + "/cancel", new byte[0]));
    assertThat(second.path("cancelled").asBoolean()).isTrue();
    assertThat(second.path("reason").asString()).isEqualTo("not needed");
    assertThat(why(ready).path("sentence").asString()).contains("not needed");
    problem(jobs.get("/v1/jobs/" + ready + "/result"), 409, "job-cancelled");

    JsonNode running = ok(post("/v1/jobs/" + blocker + "/cancel", "{}"));
    assertThat(running.path("cancelRequestedAt").asString()).isNotBlank();
    jobs.awaitState(blocker, "CANCELLED");
  }

  @Test
  void cancel_scheduledJob_neverRuns() {
    String id = jobs.submit("fail", "{}", ",\"maxAttempts\":100");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.status(id).path("failures").asInt() > 2);
    ok(post("/v1/jobs/" + id + "/cancel", "{}"));
    jobs.awaitState(id, "CANCELLED");
    assertThat(why(id).path("code").asString()).isEqualTo("CANCELLED");
  }

  @Test
  void cancel_endedJob_answersItsStateAndChangesNothing() {
    String id = jobs.submit("echo", "{}");
    jobs.succeeded(id);
    JsonNode answer = ok(post("/v1/jobs/" + id + "/cancel", "{}"));
    assertThat(answer.path("state").asString()).isEqualTo("SUCCEEDED");
    assertThat(answer.path("cancelled").asBoolean()).isFalse();
    assertThat(answer.has("cancelRequestedAt")).isFalse();
  }

  @Test
  void cancel_parent_takesItsChildrenAlong() throws Exception {
    UUID parent = new Ids().next();
    UUID child = new Ids().next();
    try (Database database = database()) {
      SubmitStore store = new SubmitStore(database);
      store.insert(List.of(scheduled(parent, null)), job -> false, Duration.ofHours(1));
      store.insert(List.of(scheduled(child, parent)), job -> false, Duration.ofHours(1));
    }
    assertThat(why(child.toString()).path("code").asString()).isEqualTo("START_TIME");
    ok(post("/v1/jobs/" + parent + "/cancel", "{\"reason\":\"all of it\"}"));
    assertThat(jobs.state(parent.toString())).isEqualTo("CANCELLED");
    assertThat(jobs.state(child.toString())).isEqualTo("CANCELLED");
  }

  @Test
  void cancel_badRequests_areNamed() {
    String id = jobs.submit("echo", "{}");
    String path = "/v1/jobs/" + id + "/cancel";
    blames(problem(post(path, "{\"reason\":7}"), 400, "invalid-request"), "#/reason", "text");
    String longest = "{\"reason\":\"" + "x".repeat(201) + "\"}";
    blames(problem(post(path, longest), 400, "invalid-request"), "#/reason", "200");
    blames(problem(post(path, "{\"why\":\"x\"}"), 400, "invalid-request"), "#/why", "no field");
    problem(post(path, "[]"), 400, "invalid-request");
    problem(post("/v1/jobs/" + UUID.randomUUID() + "/cancel", "{}"), 404, "job-not-found");
    problem(post("/v1/jobs/7/cancel", "{}"), 400, "invalid-id");
    jobs.succeeded(id);
  }

  @Test
  void limits_blockedJob_isExplainedAndStartsWhenLifted() {
    String limit = "/v1/limits/types/echo";
    assertThat(put(limit, "{\"maxRunning\":0}").statusCode()).isEqualTo(200);
    try {
      String id = jobs.submit("echo", "{}");
      jobs.awaitState(id, "BLOCKED");
      JsonNode why = why(id);
      assertThat(why.path("code").asString()).isEqualTo("LIMIT_ZERO");
      assertThat(why.at("/limits/0/subject").asString()).isEqualTo("echo");
      String other = jobs.submit("echo", "{}");
      assertThat(why(other).at("/before/atMost").asInt()).isEqualTo(1);
      ok(post("/v1/jobs/" + other + "/cancel", "{}"));
      assertThat(jobs.state(other)).isEqualTo("CANCELLED");
      assertThat(Jobs.json(jobs.get("/v1/limits")).at("/limits/0/maxRunning").asInt()).isZero();
      assertThat(jobs.request("DELETE", limit, new byte[0]).statusCode()).isEqualTo(204);
      jobs.succeeded(id);
    } finally {
      jobs.request("DELETE", limit, new byte[0]);
    }
    problem(jobs.request("DELETE", limit, new byte[0]), 404, "limit-not-found");
    problem(jobs.get(limit), 404, "limit-not-found");
  }

  @Test
  void limits_fullAndUsedUp_sayWhoHoldsThemAndWhenTheNextMayStart() {
    String limit = "/v1/limits/types/sleep";
    ok(put(limit, "{\"maxRunning\":1}"));
    try {
      String holder = jobs.submit("sleep", "{\"millis\":60000}");
      jobs.awaitState(holder, "RUNNING");
      assertThat(why(holder).path("code").asString()).isEqualTo("RUNNING");
      assertThat(why(holder).path("worker").asString()).isNotBlank();
      String waits = jobs.submit("sleep", "{\"millis\":1}");
      JsonNode why = why(waits);
      assertThat(why.path("code").asString()).isEqualTo("LIMIT_RUNNING");
      assertThat(why.at("/limits/0/holders/0").asString()).isEqualTo(holder);
      assertThat(why.at("/limits/0/running").asInt()).isEqualTo(1);

      JsonNode rated = ok(put(limit, "{\"rate\":{\"starts\":1,\"per\":\"1h\"}}"));
      assertThat(rated.at("/rate/per").asString()).isEqualTo("PT1H");
      assertThat(rated.has("maxRunning")).isFalse();
      jobs.succeeded(waits);
      String paced = jobs.submit("sleep", "{\"millis\":1}");
      JsonNode later = why(paced);
      assertThat(later.path("code").asString()).isEqualTo("LIMIT_RATE");
      assertThat(later.path("nextAt").asString()).isNotBlank();
      ok(post("/v1/jobs/" + paced + "/cancel", "{}"));
      ok(post("/v1/jobs/" + holder + "/cancel", "{}"));
      jobs.awaitState(holder, "CANCELLED");
    } finally {
      jobs.request("DELETE", limit, new byte[0]);
    }
  }

  @Test
  void limits_badRequests_areNamed() {
    String type = "/v1/limits/types/mail";
    blames(problem(put(type, "{}"), 400, "invalid-request"), "#/maxRunning", "DELETE");
    blames(problem(put(type, "{\"maxRunning\":-1}"), 400, "invalid-request"), "#/maxRunning", "0");
    JsonNode rate = problem(put(type, "{\"rate\":{\"per\":\"soon\"}}"), 400, "invalid-request");
    blames(rate, "#/rate/per", "duration");
    blames(rate, "#/rate/starts", "missing");
    blames(
        problem(
            put("/v1/limits/tenants/acme", "{\"rate\":{\"starts\":1,\"per\":\"1s\"}}"),
            400,
            "invalid-request"),
        "#/rate",
        "only types");
    problem(put("/v1/limits/tenants/Acme%20", "{\"maxRunning\":1}"), 400, "invalid-subject");
    problem(put("/v1/limits/pools/cpu", "{\"maxRunning\":1}"), 404, "not-found");
  }

  @Test
  void retry_editedPayload_runsAgainAndSucceeds() {
    String id = jobs.submit("fail", "{\"retryable\":false,\"message\":\"as told\"}");
    jobs.awaitState(id, "FAILED");
    JsonNode why = why(id);
    assertThat(why.path("code").asString()).isEqualTo("FAILED");
    assertThat(why.path("sentence").asString()).contains("as told");
    assertThat(why.at("/links/retry").asString()).isEqualTo("/v1/jobs/" + id + "/retry");

    String path = "/v1/jobs/" + id + "/retry";
    blames(
        problem(post(path, "{\"payload\":{\"kind\":\"NONE\"}}"), 400, "invalid-request"),
        "#/payload/kind",
        "must be one of");
    HttpResponse<String> answer = post(path, "{\"payload\":{\"failAttempts\":1}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode status = jobs.succeeded(id);
    assertThat(status.path("attempt").asInt()).isEqualTo(2);
    assertThat(status.path("failures").asInt()).isZero();
    problem(post(path, "{}"), 409, "job-not-failed");
    problem(post("/v1/jobs/" + UUID.randomUUID() + "/retry", "{}"), 404, "job-not-found");
    problem(post("/v1/jobs/" + id + "/resolve", "{\"outcome\":\"retry\"}"), 409, "job-not-waiting");
    JsonNode contradiction =
        problem(
            post("/v1/jobs/" + id + "/resolve", "{\"outcome\":\"fail\",\"result\":1}"),
            400,
            "invalid-request");
    blames(contradiction, "#/result", "leave it out");
  }

  @Test
  void replay_pausedAndResumed_runsAllOfThemAgain() {
    List<String> failed = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      failed.add(
          jobs.submit(
              "fail", "{\"kind\":\"DEPENDENCY\",\"retryable\":false}", ",\"maxAttempts\":1"));
    }
    failed.forEach(id -> jobs.awaitState(id, "FAILED"));
    JsonNode page = Jobs.json(jobs.get("/v1/dead-letters?type=fail&kind=DEPENDENCY&limit=5"));
    assertThat(page.path("deadLetters").size()).isEqualTo(5);
    JsonNode next = Jobs.json(jobs.get(page.path("next").asString()));
    assertThat(next.path("deadLetters").size()).isEqualTo(5);
    assertThat(page.at("/deadLetters/0/error/kind").asString()).isEqualTo("DEPENDENCY");

    JsonNode replay =
        accepted(
            post(
                "/v1/dead-letters/replay",
                "{\"filter\":{\"type\":\"fail\",\"kind\":\"dependency\"},"
                    + "\"payload\":{\"failAttempts\":1},\"ratePerSecond\":2}"));
    String self = replay.at("/links/self").asString();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Jobs.json(jobs.get(self)).path("replayed").asInt() > 0);
    JsonNode paused = ok(post(self + "/pause", ""));
    assertThat(paused.path("state").asString()).isEqualTo("PAUSED");
    assertThat(paused.path("total").asInt()).isEqualTo(12);
    assertThat(paused.path("replayed").asInt()).isLessThan(12);
    JsonNode pending = Jobs.json(jobs.get(self + "/items?state=pending"));
    assertThat(pending.path("items").size()).isEqualTo(12 - paused.path("replayed").asInt());
    ok(post(self + "/resume", ""));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Jobs.json(jobs.get(self)).path("state").asString().equals("DONE"));
    assertThat(Jobs.json(jobs.get(self)).path("replayed").asInt()).isEqualTo(12);
    failed.forEach(id -> assertThat(jobs.succeeded(id).path("attempt").asInt()).isEqualTo(2));
    problem(post(self + "/pause", ""), 409, "replay-ended");
    assertThat(Jobs.json(jobs.get("/v1/replays")).at("/replays/0/id").asString())
        .isEqualTo(replay.path("id").asString());
  }

  @Test
  void replay_byIds_saysWhichWereSkippedAndWhy() {
    String failed = jobs.submit("fail", "{\"retryable\":false}");
    jobs.awaitState(failed, "FAILED");
    String fine = jobs.submit("echo", "{}");
    jobs.succeeded(fine);
    String body = "{\"ids\":[\"%s\",\"%s\"]}".formatted(failed, fine);
    String self = accepted(post("/v1/dead-letters/replay", body)).at("/links/self").asString();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Jobs.json(jobs.get(self)).path("state").asString().equals("DONE"));
    JsonNode skipped = Jobs.json(jobs.get(self + "/items?state=SKIPPED"));
    assertThat(skipped.at("/items/0/job").asString()).isEqualTo(fine);
    assertThat(skipped.at("/items/0/detail").asString()).contains("SUCCEEDED");
    jobs.awaitState(failed, "FAILED");

    String misfit = "{\"ids\":[\"%s\"],\"payload\":{\"failAttempts\":\"many\"}}".formatted(failed);
    String other = accepted(post("/v1/dead-letters/replay", misfit)).at("/links/self").asString();
    JsonNode refused = Jobs.json(jobs.get(other + "/items"));
    assertThat(refused.at("/items/0/detail").asString()).contains("does not fit");
  }

  @Test
  void deadLetters_badRequests_areNamed() {
    String list = "/v1/dead-letters?";
    blames(problem(jobs.get(list + "kind=X"), 400, "invalid-query"), "?kind", "HANDLER");
    blames(problem(jobs.get(list + "limit=0"), 400, "invalid-query"), "?limit", "1 to 200");
    blames(problem(jobs.get(list + "label=x"), 400, "invalid-query"), "?label", "name:value");
    blames(problem(jobs.get(list + "since=now"), 400, "invalid-query"), "?since", "offset");
    blames(problem(jobs.get(list + "after=7"), 400, "invalid-query"), "?after", "page");
    blames(problem(jobs.get(list + "tpye=x"), 400, "invalid-query"), "?tpye", "no such");
    String replay = "/v1/dead-letters/replay";
    blames(problem(post(replay, "{}"), 400, "invalid-request"), "#/filter", "either");
    blames(
        problem(post(replay, "{\"filter\":{},\"payload\":{}}"), 400, "invalid-request"),
        "#/filter/type",
        "say which");
    blames(problem(post(replay, "{\"ids\":[\"x\"]}"), 400, "invalid-request"), "#/ids/0", "UUID");
    blames(
        problem(
            post(
                replay,
                "{\"filter\":{\"since\":\"2026-01-02T00:00:00Z\","
                    + "\"until\":\"2026-01-01T00:00:00Z\"}}"),
            400,
            "invalid-request"),
        "#/filter/until",
        "after since");
    problem(jobs.get("/v1/replays/" + UUID.randomUUID()), 404, "replay-not-found");
  }

  @Test
  void queuesAndWorkers_showWhatThereIs() {
    jobs.succeeded(jobs.submit("echo", "{}"));
    JsonNode queue = Jobs.json(jobs.get("/v1/queues/default"));
    assertThat(queue.path("workers").asInt()).isEqualTo(1);
    assertThat(queue.path("slots").asInt()).isEqualTo(32);
    assertThat(queue.at("/jobs/SUCCEEDED").asInt()).isPositive();
    assertThat(queue.path("ready").isIntegralNumber()).isTrue();
    assertThat(queue.path("draining").asInt(-1)).isZero();
    assertThat(queue.at("/arrivalsPerSecond/10m").isNumber()).isTrue();
    assertThat(queue.path("oldestReadySeconds").isNumber()).isTrue();
    assertThat(jobs.get("/actuator/prometheus").body())
        .contains("millrace_queue_jobs{pool=\"default\",state=\"READY\"}")
        .contains("millrace_queue_oldest_seconds{pool=\"default\"}");
    assertThat(Jobs.json(jobs.get("/v1/queues")).path("queues").size()).isGreaterThanOrEqualTo(2);
    problem(jobs.get("/v1/queues/nowhere"), 404, "pool-not-found");
    JsonNode worker = Jobs.json(jobs.get("/v1/workers")).at("/workers/0");
    assertThat(worker.path("state").asString()).isEqualTo("LIVE");
    assertThat(worker.path("pools").size()).isEqualTo(2);
    assertThat(worker.path("silentMillis").asLong()).isLessThan(15_000);
  }

  private static NewJob scheduled(UUID id, @Nullable UUID parent) {
    return new NewJob(
        id,
        "default",
        "echo",
        "default",
        Priority.NORMAL,
        1,
        1000,
        "{}",
        null,
        new JobOptions(null, 3_600_000L, null, null, null, null, null, parent, null, null));
  }

  private static Database database() {
    var stack = INSTALLATION.stack();
    return Database.open(
        stack.jdbcUrl(), stack.username(), stack.password(), 2, Duration.ofSeconds(10));
  }

  private static JsonNode why(String id) {
    HttpResponse<String> answer = jobs.get("/v1/jobs/" + id + "/why");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static HttpResponse<String> post(String path, String json) {
    return jobs.post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> put(String path, String json) {
    return jobs.request(
        "PUT", path, json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static JsonNode accepted(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Location")).isPresent();
    return Jobs.json(answer);
  }
}
