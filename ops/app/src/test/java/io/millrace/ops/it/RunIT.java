package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalStack;
import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Workflow runs over HTTP, worked off by a real worker. */
class RunIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Installation installation;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    installation = Installation.create();
    jobs = Installation.jobs(installation.start(Set.of(Role.API, Role.WORKER), Map.of()));
    // The types are known once a worker has announced them.
    await().atMost(PATIENCE).until(() -> jobs.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
  }

  @AfterAll
  static void stop() throws Exception {
    installation.close();
  }

  @Test
  void chain_outputsFlowFromNodeToNode() throws Exception {
    put(
        "chain",
        """
        input: {type: object, required: [n], properties: {n: {type: integer}}}
        nodes:
          a: {type: echo, with: {value: "${input.n + 1}"}}
          b: {needs: [a], type: echo, with: {value: "${nodes.a.output * 2}"}}
          c: {needs: [b], transform: {result: "${nodes.b.output}"}}
        output: "${nodes.c.output.result}"
        """);
    JsonNode ended = ended(started("chain", "{\"input\": {\"n\": 20}}"));
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").asInt()).isEqualTo(42);
    assertThat(ended.path("nodes").path("b").path("state").asString()).isEqualTo("SUCCEEDED");
    String job = ended.path("nodes").path("a").path("job").asString();
    assertThat(jobs.result(job).asInt()).isEqualTo(21);
  }

  @Test
  void start_badInput_isRefusedWithItsPointer() throws Exception {
    put(
        "strict",
        """
        input: {type: object, required: [n], properties: {n: {type: integer}}}
        nodes: {a: {transform: 1}}
        """);
    HttpResponse<String> refused = start("strict", "{\"input\": {\"n\": \"x\"}}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("invalid-run", "#/input/n");
    assertThat(start("nowhere", "{}").statusCode()).isEqualTo(404);
    put("slow", "{input: {properties: {s: {pattern: ^(a+)+$}}}, nodes: {a: {transform: 1}}}");
    assertThat(start("slow", "{\"labels\": {\"Team\": 1}}").body()).contains("#/labels/Team");
    String many = "{\"input\": {\"s\": \"" + "a".repeat(20_000) + "!\"}}";
    assertThat(start("slow", many).body()).contains("#/input/s");
  }

  @Test
  void forEach_wide_givesOutputsInOrder() throws Exception {
    put(
        "wide",
        """
        nodes:
          each:
            forEach: {in: "${input.items}", as: n, concurrency: 50}
            type: echo
            with: {value: "${n * n}"}
        output: "${nodes.each.output}"
        """);
    String items = IntStream.range(0, 300).boxed().toList().toString();
    JsonNode ended = ended(started("wide", "{\"input\": {\"items\": " + items + "}}"));
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").size()).isEqualTo(300);
    IntStream.range(0, 300)
        .forEach(i -> assertThat(ended.path("output").get(i).asInt()).isEqualTo(i * i));
    assertThat(ended.path("nodes").path("each").path("tasks").path("SUCCEEDED").asInt())
        .isEqualTo(300);
  }

  @Test
  void failure_runsTheCompensationAndSaysWhichNode() throws Exception {
    put(
        "saga",
        """
        nodes:
          book: {type: echo, with: {value: booked}}
          charge: {needs: [book], type: fail, with: {message: no money, retryable: false}}
          ship: {needs: [charge], type: echo, with: {value: 1}}
        onFailure:
          unbook:
            when: nodes.book.state == 'SUCCEEDED'
            type: echo
            with: {value: "${nodes.book.output}"}
        """);
    JsonNode ended = ended(started("saga", "{}"));
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("FAILED");
    assertThat(ended.path("error").path("node").asString()).isEqualTo("charge");
    assertThat(ended.path("error").path("message").asString()).contains("no money");
    assertThat(ended.path("nodes").path("unbook").path("state").asString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("nodes").path("ship").path("state").asString()).isEqualTo("PENDING");
    assertThat(jobs.get("/v1/dead-letters").body()).doesNotContain("no money");
  }

  @Test
  void signalAndSleep_waitWithoutAJob() throws Exception {
    put(
        "review",
        """
        nodes:
          nap: {sleep: 200ms}
          approve: {needs: [nap], signal: {options: [yes, "no"]}}
          choose:
            needs: [approve]
            switch: [{when: "nodes.approve.output == 'no'", then: reject}]
            default: publish
          publish: {type: echo, with: {value: published}}
          reject: {type: echo, with: {value: rejected}}
        output: "${nodes.publish.output}"
        """);
    String run = started("review", "{}");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(node(run, "approve").path("state").asString()).isEqualTo("ACTIVE"));
    HttpResponse<String> wrong = post("/v1/runs/" + run + "/signals/approve", "\"maybe\"");
    assertThat(wrong.statusCode()).as(wrong.body()).isEqualTo(409);
    assertThat(post("/v1/runs/" + run + "/signals/nobody", "1").statusCode()).isEqualTo(404);
    HttpResponse<String> sent = post("/v1/runs/" + run + "/signals/approve", "\"yes\"");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);
    JsonNode ended = ended(run);
    assertThat(ended.path("output").asString()).isEqualTo("published");
    assertThat(ended.path("nodes").path("reject").path("state").asString()).isEqualTo("SKIPPED");
  }

  @Test
  void cancel_stopsRunningJobs() throws Exception {
    put("long", "nodes: {nap: {type: sleep, with: {millis: 600000}}}");
    String run = started("long", "{}");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(node(run, "nap").path("tasks").path("RUNNING").asInt()).isEqualTo(1));
    HttpResponse<String> cancelled =
        post("/v1/runs/" + run + "/cancel", "{\"reason\": \"not needed\"}");
    assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
    JsonNode ended = ended(run);
    assertThat(ended.path("state").asString()).isEqualTo("CANCELLED");
    assertThat(ended.path("error").path("message").asString()).isEqualTo("not needed");
    assertThat(jobs.state(ended.path("nodes").path("nap").path("job").asString()))
        .isEqualTo("CANCELLED");
    assertThat(post("/v1/runs/" + run + "/cancel", "{}").statusCode()).isEqualTo(409);
  }

  @Test
  void subRun_isPartOfItsParent() throws Exception {
    put(
        "inner",
        "{nodes: {a: {type: echo, with: {value: \"${input.x}\"}}}, output: \"${nodes.a.output}\"}");
    put(
        "outer",
        """
        nodes:
          call: {workflow: inner, with: {x: 7}}
        output: "${nodes.call.output}"
        """);
    JsonNode ended = ended(started("outer", "{}"));
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").asInt()).isEqualTo(7);
    String inner = ended.path("nodes").path("call").path("run").asString();
    assertThat(run(inner).path("parent").asString()).isEqualTo(ended.path("id").asString());
  }

  @Test
  void retry_goesOnFromTheNodeThatFailed() throws Exception {
    put(
        "again",
        """
        nodes:
          a: {type: echo, with: {value: 1}}
          b: {needs: [a], type: fail, with: {retryable: false, failAttempts: 0}}
          c: {needs: [b], type: fail, with: {retryable: false}}
        """);
    String run = started("again", "{}");
    JsonNode failed = ended(run);
    assertThat(failed.path("state").asString()).isEqualTo("FAILED");
    assertThat(failed.path("error").path("node").asString()).isEqualTo("c");
    String first = failed.path("nodes").path("a").path("job").asString();
    HttpResponse<String> retried = post("/v1/runs/" + run + "/retry", "");
    assertThat(retried.statusCode()).as(retried.body()).isEqualTo(200);
    JsonNode again = ended(run);
    assertThat(again.path("state").asString()).isEqualTo("FAILED");
    assertThat(again.path("nodes").path("a").path("job").asString()).isEqualTo(first);
    HttpResponse<String> skipped = post("/v1/runs/" + run + "/nodes/c/skip", "");
    assertThat(skipped.statusCode()).as(skipped.body()).isEqualTo(200);
    assertThat(run(run).path("state").asString()).isEqualTo("FAILED");
    assertThat(run(run).path("error").path("node").asString()).isEqualTo("c");
    assertThat(post("/v1/runs/" + run + "/retry", "").statusCode()).isEqualTo(200);
    JsonNode last = ended(run);
    assertThat(last.path("state").asString()).as(last.toString()).isEqualTo("SUCCEEDED");
    assertThat(last.has("error")).isFalse();
  }

  @Test
  void advance_whatTheDatabaseRefuses_failsThatRunAlone() throws Exception {
    put("poison", "nodes: {nap: {sleep: 200ms}}");
    put("sound", "nodes: {nap: {sleep: 200ms}}");
    sql(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22000'; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON run FOR EACH ROW
          WHEN (NEW.workflow = 'poison' AND NEW.state = 'SUCCEEDED') EXECUTE FUNCTION refuse()""");
    try {
      String poison = started("poison", "{}");
      String sound = started("sound", "{}");
      JsonNode failed = ended(poison);
      assertThat(failed.path("state").asString()).isEqualTo("FAILED");
      assertThat(failed.path("error").path("message").asString()).contains("22000");
      assertThat(ended(sound).path("state").asString()).isEqualTo("SUCCEEDED");
    } finally {
      sql("DROP FUNCTION refuse CASCADE");
    }
  }

  @Test
  void largeOutputs_goByReference_andAreAddressedInside() throws Exception {
    put(
        "large",
        """
        nodes:
          make:
            transform: "${input.items.map(i, {'name': 'row ' + string(i), 'text': input.text})}"
          first: {needs: [make], type: echo, with: {value: "${nodes.make.output}"}}
          second: {needs: [first], type: echo, with: {value: "${nodes.first.output}"}}
          inside: {needs: [second], type: echo, with: {value: "${nodes.second.output[3].name}"}}
        output: {name: "${nodes.inside.output}", rows: "${size(nodes.second.output)}"}
        """);
    String items = IntStream.range(0, 300).boxed().toList().toString();
    String input = "{\"items\": %s, \"text\": \"%s\"}".formatted(items, "x".repeat(10_000));
    JsonNode ended = ended(started("large", "{\"input\": " + input + "}"));
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    assertThat(ended.path("output").toString()).isEqualTo("{\"name\":\"row 3\",\"rows\":300}");
    String second = ended.path("nodes").path("second").path("job").asString();
    assertThat(jobs.result(second).size()).isEqualTo(300);
    String id = ended.path("id").asString();
    assertThat(number("SELECT max(length(payload::text)) FROM job WHERE run = '" + id + "'"))
        .as("characters of the payloads")
        .isLessThan(1_000);
    assertThat(
            number(
                "SELECT count(DISTINCT hash) * 1000 + count(*) FROM job_artifact"
                    + " JOIN job ON job.id = job_id WHERE run = '"
                    + id
                    + "'"))
        .as("one artifact for two jobs")
        .isEqualTo(1_002);
    assertThat(
            number(
                "SELECT length(progress) + length(output::text) FROM run WHERE id = '" + id + "'"))
        .as("bytes of the run's row beside its input")
        .isLessThan(1_000);
  }

  private static long number(String query) throws SQLException {
    LocalStack stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        Statement made = connection.createStatement();
        ResultSet row = made.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void sql(String statement) throws SQLException {
    LocalStack stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        Statement made = connection.createStatement()) {
      made.execute(statement);
    }
  }

  private static void put(String name, String definition) {
    HttpResponse<String> answer =
        jobs.request(
            "PUT",
            "/v1/workflows/" + name,
            definition.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/yaml");
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
  }

  private static HttpResponse<String> start(String workflow, String body) {
    return post("/v1/workflows/" + workflow + "/runs", body);
  }

  private static String started(String workflow, String body) {
    HttpResponse<String> answer = start(workflow, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Jobs.json(answer).path("id").asString();
  }

  private static HttpResponse<String> post(String path, String body) {
    return body.isEmpty()
        ? jobs.request("POST", path, new byte[0])
        : jobs.post(path, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode run(String id) {
    HttpResponse<String> answer = jobs.get("/v1/runs/" + id);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static JsonNode node(String run, String name) {
    return run(run).path("nodes").path(name);
  }

  private static JsonNode ended(String run) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> assertThat(run(run).has("finishedAt")).as(run(run).toString()).isTrue());
    return run(run);
  }
}
