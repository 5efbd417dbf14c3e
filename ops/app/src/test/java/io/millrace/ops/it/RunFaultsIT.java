package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Millrace;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Processes and servers go away in the middle of workflow runs. */
class RunFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Without events to publish a worker takes the next tasks of its runs itself. */
  private static final Map<String, String> QUIET = Map.of("millrace.events.publish", "false");

  private final Installation installation = Installation.create();

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  @Test
  void workersKilledInAFanOut_everyElementEndsOnceAndInItsPlace() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    ChildProcess first = installation.startChild(QUIET, "up", "--worker", "--port=0");
    Installation.awaitWorking(first);
    put(
        jobs,
        "wide",
        """
        nodes:
          list: {transform: "${input.items}"}
          each:
            needs: [list]
            forEach: {in: "${nodes.list.output}", as: n, concurrency: 200}
            type: echo
            with: {value: "${n + 1}"}
          last: {needs: [each], type: echo, with: {value: "${size(nodes.each.output)}"}}
        output: {size: "${nodes.last.output}", all: "${nodes.each.output}"}
        """);
    String items = IntStream.range(0, 1_000).boxed().toList().toString();
    String run = start(jobs, "wide", "{\"input\": {\"items\": " + items + "}}");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> succeeded(jobs, run, "each") > 50);
    first.kill();
    ChildProcess second = installation.startChild(QUIET, "up", "--worker", "--port=0");
    JsonNode ended = ended(jobs, run);
    assertThat(second.isAlive()).isTrue();
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").path("size").asInt()).isEqualTo(1_000);
    IntStream.range(0, 1_000)
        .forEach(i -> assertThat(ended.path("output").path("all").get(i).asInt()).isEqualTo(i + 1));
    assertThat(count("SELECT count(*) FROM job WHERE run IS NOT NULL")).isEqualTo(1_001);
    assertThat(count("SELECT count(*) FROM run_inbox")).isZero();
  }

  @Test
  void everythingStoppedWhileItWaits_theSignalIsTakenAfterwards() throws Exception {
    Millrace api = installation.startApi();
    Millrace worker = installation.startWorker();
    Jobs jobs = Installation.jobs(api);
    put(
        jobs,
        "parked",
        """
        nodes:
          before: {type: echo, with: {value: 1}}
          wait: {needs: [before], signal: {}}
          after: {needs: [wait], type: echo, with: {value: "${nodes.wait.output.x}"}}
        output: "${nodes.after.output + nodes.before.output}"
        """);
    String run = start(jobs, "parked", "{}");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                get(jobs, run)
                    .path("nodes")
                    .path("wait")
                    .path("state")
                    .asString()
                    .equals("ACTIVE"));
    worker.close();
    api.close();
    installation.restartInfra();
    Jobs later = Installation.jobs(installation.startApi());
    installation.startWorker();
    assertThat(
            later
                .post(
                    "/v1/runs/" + run + "/signals/wait",
                    "application/json",
                    "{\"x\": 41}".getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(200);
    assertThat(ended(later, run).path("output").asInt()).isEqualTo(42);
  }

  @Test
  void everythingStoppedWhileRunsWaitForTheirTurn_allEndAndNeverTooManyAtOnce() throws Exception {
    Millrace api = installation.startApi();
    Millrace worker = installation.startWorker();
    Jobs jobs = Installation.jobs(api);
    put(
        jobs,
        "narrow",
        """
        concurrency: {key: one, limit: 3}
        nodes: {nap: {type: sleep, with: {millis: 100}}}
        """);
    worker.close();
    for (int i = 0; i < 20; i++) {
      start(jobs, "narrow", "{}");
    }
    await()
        .atMost(PATIENCE)
        .until(() -> count("SELECT count(*) FROM job WHERE run IS NOT NULL") == 3);
    api.close();
    assertThat(count("SELECT count(*) FROM run_turn WHERE NOT holds")).isEqualTo(17);
    installation.startApi();
    Millrace second = installation.startWorker();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> count("SELECT count(*) FROM run WHERE finished_at IS NOT NULL") >= 4);
    second.close();
    installation.startWorker();
    await()
        .atMost(PATIENCE)
        .until(() -> count("SELECT count(*) FROM run WHERE state = 'SUCCEEDED'") == 20);
    assertThat(count("SELECT count(*) FROM run_turn")).isZero();
    // By their jobs: what ran when each of them began.
    assertThat(
            count(
                """
                SELECT max(n) FROM (
                  SELECT (SELECT count(*) FROM job o WHERE o.run IS NOT NULL
                             AND o.started_at <= j.started_at AND o.finished_at > j.started_at) AS n
                    FROM job j WHERE j.run IS NOT NULL) AS at"""))
        .isEqualTo(3);
  }

  private static void put(Jobs jobs, String name, String definition) {
    // The types are known once a worker has announced them.
    await().atMost(PATIENCE).until(() -> jobs.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
    var answer =
        jobs.request(
            "PUT",
            "/v1/workflows/" + name,
            definition.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/yaml");
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
  }

  private static String start(Jobs jobs, String workflow, String body) {
    var answer =
        jobs.post(
            "/v1/workflows/" + workflow + "/runs",
            "application/json",
            body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Jobs.json(answer).path("id").asString();
  }

  private static JsonNode get(Jobs jobs, String run) {
    var answer = jobs.get("/v1/runs/" + run);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static int succeeded(Jobs jobs, String run, String node) {
    return get(jobs, run).path("nodes").path(node).path("tasks").path("SUCCEEDED").asInt(0);
  }

  private static JsonNode ended(Jobs jobs, String run) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                assertThat(get(jobs, run).has("finishedAt"))
                    .as(get(jobs, run).toString())
                    .isTrue());
    return get(jobs, run);
  }

  private long count(String query) throws Exception {
    var stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
