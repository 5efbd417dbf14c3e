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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    // Without events to publish a worker takes the next tasks of its runs itself.
    jobs =
        Installation.jobs(
            installation.start(
                Set.of(Role.API, Role.WORKER), Map.of("millrace.events.publish", "false")));
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
    // The worker that ended a has taken b in the same transaction: one time for READY and RUNNING.
    String next = ended.path("nodes").path("b").path("job").asString();
    assertThat(
            holds(
                """
                SELECT split_part(history, E'\\n', 1)::json->>1
                       = split_part(history, E'\\n', 2)::json->>1 FROM job WHERE id = '%s'"""
                    .formatted(next)))
        .isTrue();
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
  void concurrency_runsOfAKeyWaitForTheirTurn_andCanBeSteeredMeanwhile() throws Exception {
    put(
        "narrow",
        """
        concurrency: {key: "${input.who}", limit: 1}
        nodes: {wait: {signal: {}}}
        output: "${nodes.wait.output}"
        """);
    HttpResponse<String> keyless = start("narrow", "{}");
    assertThat(keyless.statusCode()).isEqualTo(400);
    assertThat(keyless.body()).contains("#/input", "concurrency.key");
    String ada = "{\"input\": {\"who\": \"ada\"}}";
    String first = started("narrow", ada);
    awaitState(first, "OPEN");
    String second = started("narrow", ada);
    String third = started("narrow", ada);
    awaitState(started("narrow", "{\"input\": {\"who\": 7}}"), "OPEN");
    await().atMost(PATIENCE).until(() -> run(third).path("waits").path("ahead").asInt() == 1);
    assertThat(run(second).path("state").asString()).isEqualTo("NEW");
    assertThat(run(second).has("startedAt")).isFalse();
    assertThat(run(second).path("waits").toString())
        .isEqualTo("{\"key\":\"ada\",\"limit\":1,\"running\":1,\"ahead\":0}");
    assertThat(post("/v1/runs/" + third + "/pause", "").statusCode()).isEqualTo(200);
    assertThat(post("/v1/runs/" + second + "/cancel", "").statusCode()).isEqualTo(200);
    assertThat(ended(second).path("state").asString()).isEqualTo("CANCELLED");
    assertThat(ended(second).has("startedAt")).isFalse();
    assertThat(post("/v1/runs/" + first + "/signals/wait", "1").statusCode()).isEqualTo(200);
    awaitState(third, "OPEN");
    assertThat(node(third, "wait").path("state").asString()).isEqualTo("PENDING");
    assertThat(post("/v1/runs/" + third + "/resume", "").statusCode()).isEqualTo(200);
    assertThat(post("/v1/runs/" + third + "/signals/wait", "3").statusCode()).isEqualTo(200);
    assertThat(ended(third).path("output").asInt()).isEqualTo(3);
  }

  @Test
  void concurrency_retryOfAFailedRun_waitsForAPlaceToo() throws Exception {
    put(
        "queued",
        """
        concurrency: {key: one, limit: 1}
        nodes:
          wait: {signal: {}}
          last: {needs: [wait], transform: "${nodes.wait.output + 1}"}
        """);
    String failed = started("queued", "{}");
    awaitState(failed, "OPEN");
    assertThat(post("/v1/runs/" + failed + "/signals/wait", "\"x\"").statusCode()).isEqualTo(200);
    assertThat(ended(failed).path("state").asString()).isEqualTo("FAILED");
    String other = started("queued", "{}");
    awaitState(other, "OPEN");
    HttpResponse<String> retried = post("/v1/runs/" + failed + "/retry", "");
    assertThat(retried.statusCode()).as(retried.body()).isEqualTo(200);
    assertThat(Jobs.json(retried).path("state").asString()).isEqualTo("NEW");
    assertThat(Jobs.json(retried).path("waits").path("running").asInt()).isEqualTo(1);
    assertThat(post("/v1/runs/" + other + "/signals/wait", "1").statusCode()).isEqualTo(200);
    assertThat(ended(failed).path("error").path("node").asString()).isEqualTo("last");
  }

  @Test
  void start_underAnIdempotencyKey_isTheSameRunOrRefused() throws Exception {
    put("once", "nodes: {a: {transform: 1}}");
    String path = "/v1/workflows/once/runs";
    HttpResponse<String> first = keyed(path, "\"k-1\"", "{\"input\": {\"n\": 1}}");
    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(first.headers().firstValue("Idempotency-Key-Lifetime")).contains("86400");
    assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
    put("once", "nodes: {a: {transform: 2}}");
    HttpResponse<String> again = keyed(path, "k-1", "{ \"input\":{\"n\":1.0} }");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    HttpResponse<String> other = keyed(path, "k-1", "{\"input\": {\"n\": 2}}");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body())
        .contains("idempotency-key-reused", Jobs.json(first).path("id").asString());
    assertThat(keyed(path, "", "{}").body()).contains("invalid-idempotency-key");
    put("twice", "nodes: {a: {transform: 1}}");
    assertThat(keyed("/v1/workflows/twice/runs", "k-1", "{}").statusCode()).isEqualTo(202);
    assertThat(jobs.get("/v1/runs?workflow=once").body()).containsOnlyOnce("\"workflow\":\"once\"");
  }

  @Test
  void start_manyAtOnceUnderOneKey_areOneRun() throws Exception {
    put("race", "nodes: {a: {transform: 1}}");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> starts =
          IntStream.range(0, 20)
              .mapToObj(
                  i -> threads.submit(() -> keyed("/v1/workflows/race/runs", "r", "{}").body()))
              .toList();
      Set<String> answers = new HashSet<>();
      for (Future<String> start : starts) {
        answers.add(start.get());
      }
      assertThat(answers).hasSize(1);
    }
  }

  private static HttpResponse<String> keyed(String path, String key, String body) {
    return jobs.request(
        "POST",
        path,
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json",
        "Idempotency-Key",
        key);
  }

  @Test
  void rerun_fromANode_takesOverWhatLiesBefore() throws Exception {
    put("parts", "{nodes: {a: {transform: \"${input.x}\"}}, output: \"${nodes.a.output}\"}");
    String definition =
        """
        nodes:
          one: {type: echo, with: {value: "${input.n}"}}
          each: {forEach: {in: "[1, 2, 3]", as: n}, type: echo, with: {value: "${n * n}"}}
          inner: {workflow: parts, with: {x: 5}}
          value: {transform: {sum: "${nodes.one.output + 1}"}, needs: [one]}
          bad: {type: fail, with: {retryable: false}, onError: continue}
          last:
            needs: [value, each, inner, bad]
            type: echo
            with: {value: ["${nodes.value.output.sum}", "${nodes.each.output}",
                           "${nodes.inner.output}", "${nodes.bad.error.kind}", "${input.n}"]}
        output: "${nodes.last.output}"
        """;
    put("again-from", definition);
    String source = started("again-from", "{\"input\": {\"n\": 1}, \"labels\": {\"a\": \"b\"}}");
    JsonNode first = ended(source);
    assertThat(first.path("output").toString()).isEqualTo("[2,[1,4,9],5,\"HANDLER\",1]");
    HttpResponse<String> answer =
        keyed("/v1/runs/" + source + "/rerun", "k", "{\"from\":\"last\",\"input\":{\"n\":9}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(Jobs.json(answer).path("rerunOf").asString()).isEqualTo(source);
    HttpResponse<String> same =
        keyed("/v1/runs/" + source + "/rerun", "k", "{\"from\":\"last\",\"input\":{\"n\":9}}");
    assertThat(same.body()).isEqualTo(answer.body());
    JsonNode second = ended(Jobs.json(answer).path("id").asString());
    assertThat(second.path("output").toString()).isEqualTo("[2,[1,4,9],5,\"HANDLER\",9]");
    assertThat(second.path("rerunOf").asString()).isEqualTo(source);
    assertThat(second.path("rerunFrom").asString()).isEqualTo("last");
    assertThat(second.path("labels").toString()).isEqualTo("{\"a\":\"b\"}");
    for (String node : List.of("one", "each", "inner", "value", "bad")) {
      JsonNode reused = second.path("nodes").path(node);
      assertThat(reused.path("reusedFrom").asString()).as(node).isEqualTo(source);
      assertThat(reused.has("tasks")).as(node).isFalse();
    }
    assertThat(second.path("nodes").path("last").path("tasks").toString())
        .isEqualTo("{\"SUCCEEDED\":1}");
    assertThat(second.path("nodes").path("last").has("reusedFrom")).isFalse();
    // What was taken over can be taken over again; a node that was changed runs, and all behind it.
    put("again-from", definition.replace("n * n", "n + n"));
    HttpResponse<String> later =
        post(
            "/v1/runs/" + second.path("id").asString() + "/rerun",
            "{\"from\": \"value\", \"version\": \"latest\"}");
    assertThat(later.statusCode()).as(later.body()).isEqualTo(202);
    JsonNode third = ended(Jobs.json(later).path("id").asString());
    assertThat(third.path("output").toString()).isEqualTo("[2,[2,4,6],5,\"HANDLER\",9]");
    assertThat(third.path("nodes").path("one").has("reusedFrom")).isTrue();
    assertThat(third.path("nodes").path("each").path("tasks").path("SUCCEEDED").asInt())
        .isEqualTo(3);
  }

  @Test
  void rerun_thatCannotBe_saysWhy() throws Exception {
    put(
        "picky",
        """
        input: {type: object, properties: {n: {type: integer}}}
        nodes:
          wait: {signal: {}}
          each: {needs: [wait], forEach: {in: "[1]"}, type: echo}
          choose: {needs: [each], switch: [{when: "true", then: yes_}], default: no_}
          yes_: {transform: 1}
          no_: {transform: 1}
        onFailure: {mend: {transform: 1}}
        """);
    String run = started("picky", "{}");
    awaitState(run, "OPEN");
    assertRerun(run, "{\"from\": \"wait\"}", 409, "only from one that has ended");
    assertThat(post("/v1/runs/" + run + "/signals/wait", "1").statusCode()).isEqualTo(200);
    ended(run);
    assertRerun(run, "{}", 400, "from is missing");
    assertRerun(run, "{\"from\": \"waits\"}", 400, "did you mean wait?");
    assertRerun(run, "{\"from\": \"nowhere\"}", 400, "there are choose, each, no_, wait, yes_");
    assertRerun(run, "{\"from\": \"each[0]\"}", 400, "all its elements and rounds: give each");
    assertRerun(run, "{\"from\": \"mend\"}", 400, "a node of onFailure");
    assertRerun(run, "{\"from\": \"no_\"}", 409, "no way led to node no_");
    assertRerun(run, "{\"from\": \"each\", \"version\": \"7\"}", 404, "has no version 7");
    assertRerun(run, "{\"from\": \"each\", \"input\": {\"n\": \"x\"}}", 400, "#/input/n");
    // As after its retention: the task is known, and the job is gone.
    String gone = "00000000-0000-7000-8000-000000000000";
    sql("UPDATE run_task SET task = '" + gone + "' WHERE run = '" + run + "'");
    assertRerun(run, "{\"from\": \"yes_\"}", 409, "the output of node each is kept no more");
    assertRerun(run, "{\"from\": \"each\"}", 202, "rerunOf");
    sql("UPDATE run SET version = repeat('0', 64) WHERE id = '" + run + "'");
    assertRerun(run, "{\"from\": \"each\"}", 409, "the definition of version 0000");
    assertThat(post("/v1/runs/" + gone + "/rerun", "{\"from\": \"x\"}").statusCode())
        .isEqualTo(404);
  }

  private static void assertRerun(String run, String body, int status, String words) {
    HttpResponse<String> answer = post("/v1/runs/" + run + "/rerun", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(words);
  }

  @Test
  void steering_withoutTheDefinition_cancelsAndRefusesTheRest() throws Exception {
    put("gone", "nodes: {nap: {sleep: 1h}, job: {type: sleep, with: {millis: 600000}}}");
    String run = started("gone", "{}");
    awaitState(run, "OPEN");
    String job = node(run, "job").path("job").asString();
    sql("UPDATE run SET version = repeat('0', 64) WHERE id = '" + run + "'");
    HttpResponse<String> cancelled = post("/v1/runs/" + run + "/cancel", "{\"reason\": \"old\"}");
    assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
    assertThat(run(run).path("state").asString()).isEqualTo("CANCELLED");
    assertThat(run(run).path("error").path("message").asString()).isEqualTo("old");
    await().atMost(PATIENCE).until(() -> jobs.state(job).equals("CANCELLED"));
    HttpResponse<String> again = post("/v1/runs/" + run + "/pause", "");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body()).contains("the run has ended: it is CANCELLED");
  }

  private static void awaitState(String run, String state) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> run(run).path("state").asString().equals(state));
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

  private static boolean holds(String query) throws SQLException {
    LocalStack stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
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
