package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What can be seen of runs: their nodes, diagrams, profiles and events. */
class RunInsightIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Installation installation;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    installation = Installation.create();
    jobs = Installation.jobs(installation.start(Set.of(Role.API, Role.WORKER), Map.of()));
    await().atMost(PATIENCE).until(() -> jobs.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
  }

  @AfterAll
  static void stop() throws Exception {
    installation.close();
  }

  @Test
  void document_showsWaysTimesUsageAndErrorsWithoutATask() {
    put(
        "ways",
        """
        nodes:
          choose: {switch: [{when: "input.left", then: left}], default: right}
          left: {type: sleep, with: {millis: 20, steps: 2, output: true}}
          right: {type: echo, with: {value: 1}}
          broken: {needs: [left], type: echo, with: {value: "${input.list[3]}"}, onError: continue}
        """);
    JsonNode run = ended(started("ways", "{\"input\": {\"left\": true, \"list\": []}}"));
    assertThat(run.path("state").asString()).as(run.toString()).isEqualTo("SUCCEEDED");
    JsonNode nodes = run.path("nodes");
    assertThat(nodes.path("choose").path("taken").get(0).asString()).isEqualTo("left");
    assertThat(nodes.path("choose").path("taken").size()).isEqualTo(1);
    assertThat(nodes.path("choose").has("startedAt")).isTrue();
    assertThat(nodes.path("right").path("state").asString()).isEqualTo("SKIPPED");
    assertThat(nodes.path("left").path("taken").get(0).asString()).isEqualTo("broken");
    JsonNode broken = nodes.path("broken");
    assertThat(broken.path("state").asString()).isEqualTo("FAILED");
    assertThat(broken.path("error").path("kind").asString()).isEqualTo("EXPRESSION");
    assertThat(broken.has("job")).isFalse();
    JsonNode usage = run.path("usage");
    assertThat(usage.path("attempts").asInt()).isEqualTo(1);
    assertThat(usage.path("runMillis").asLong()).isGreaterThanOrEqualTo(20);
    assertThat(usage.path("outputBytes").asLong()).isPositive();
    assertThat(usage.path("reported").path("steps").asInt()).isEqualTo(2);
    assertThat(run.path("timeToFirstOutputMillis").asLong(-1)).isNotNegative();
    JsonNode job = Jobs.json(jobs.get("/v1/jobs/" + nodes.path("left").path("job").asString()));
    assertThat(job.path("usage").path("steps").asInt()).as(job.toString()).isEqualTo(2);
  }

  @Test
  void graph_hasStatesAndTakenWays() {
    put("drawn", "{nodes: {a: {transform: 1}, b: {needs: [a], type: echo, with: {value: 2}}}}");
    JsonNode run = ended(started("drawn", "{}"));
    String path = run.path("links").path("graph").asString();
    assertThat(jobs.get(path).body())
        .contains("n0[\"a<br/>transform<br/>SUCCEEDED\"]", "style n1 fill:palegreen")
        .contains("n0 --> n1\n  linkStyle 0 stroke:forestgreen");
    HttpResponse<String> dot = jobs.get(path + "?format=dot");
    assertThat(dot.headers().firstValue("Content-Type"))
        .hasValue("text/vnd.graphviz;charset=UTF-8");
    assertThat(dot.body()).contains("\"a\" -> \"b\" [color=forestgreen, penwidth=2.5];");
    assertThat(jobs.get(path + "?format=png").statusCode()).isEqualTo(400);
  }

  @Test
  void profile_addsUpToTheRunsTime() {
    put(
        "timed",
        """
        nodes:
          nap: {sleep: 300ms}
          fast: {type: echo, with: {value: 1}}
          each:
            needs: [nap, fast]
            forEach: {in: "[1, 2, 3]", concurrency: 1}
            type: sleep
            with: {millis: 30}
          last: {needs: [each], type: fail, with: {failAttempts: 1}, retry: {maxAttempts: 2, initialDelay: 100ms}}
        """);
    String id = started("timed", "{}");
    JsonNode open = profile(id);
    assertThat(sum(open.path("parts"))).isEqualTo(open.path("totalMillis").asLong());
    JsonNode run = ended(id);
    assertThat(run.path("state").asString()).as(run.toString()).isEqualTo("SUCCEEDED");
    JsonNode profile = profile(id);
    long total = profile.path("totalMillis").asLong();
    // Both ends are rounded to whole milliseconds.
    assertThat(total).isCloseTo(millis(run, "finishedAt") - millis(run, "createdAt"), within(1L));
    assertThat(sum(profile.path("parts"))).as(profile.toString()).isEqualTo(total);
    List<String> path = new ArrayList<>();
    profile.path("path").forEach(step -> path.add(step.path("node").asString("")));
    path.remove("");
    assertThat(path).containsExactly("nap", "each", "last");
    assertThat(profile.path("parts").path("wait").asLong()).isGreaterThanOrEqualTo(290);
    assertThat(profile.path("parts").path("run").asLong()).isGreaterThanOrEqualTo(90);
    assertThat(profile.path("parts").path("backoff").asLong()).isPositive();
    assertThat(profile.path("nodes").path("fast").path("critical").asBoolean()).isFalse();
  }

  @Test
  void events_streamResumesAndEndsOnce() {
    put(
        "told",
        """
        nodes:
          talk: {type: sleep, with: {millis: 600, steps: 3, output: true}}
          done: {needs: [talk], transform: 1}
        """);
    String id = started("told", "{}");
    String stream = stream(id, "0");
    List<String> kinds = lines(stream, "event: ");
    assertThat(kinds.getFirst()).isEqualTo("OPEN");
    assertThat(kinds.getLast()).isEqualTo("SUCCEEDED");
    assertThat(kinds).containsOnlyOnce("SUCCEEDED").doesNotContain("gap");
    assertThat(kinds.stream().filter("OUTPUT"::equals)).hasSize(3);
    List<String> ids = lines(stream, "id: ");
    assertThat(ids)
        .isEqualTo(IntStream.rangeClosed(1, ids.size()).mapToObj(Integer::toString).toList());
    assertThat(stream)
        .contains("\"detail\":{\"node\":\"talk\",\"state\":\"ACTIVE\"}")
        .contains("\"output\":{\"step\":2}");
    assertThat(lines(stream(id, "3"), "id: ")).isEqualTo(ids.subList(3, ids.size()));
    HttpResponse<String> over = events(id, ids.getLast());
    assertThat(over.statusCode()).isEqualTo(204);
    JsonNode page = Jobs.json(jobs.get("/v1/runs/" + id + "/events?limit=2&after=1"));
    assertThat(page.path("events").size()).isEqualTo(2);
    assertThat(page.path("next").asInt()).isEqualTo(3);
    assertThat(page.path("final").asBoolean()).isFalse();
    assertThat(jobs.get("/v1/runs/" + new UUID(0, 1) + "/events").statusCode()).isEqualTo(404);
  }

  @Test
  void events_longLog_isReadInPages() {
    put(
        "long-log",
        "nodes:\n"
            + IntStream.range(0, 700)
                .mapToObj("  n%d: {transform: 1}\n"::formatted)
                .reduce("", String::concat)
            + "  hold: {signal: {}}\n  after: {needs: [hold], transform: 2}\n");
    String id = started("long-log", "{}");
    assertThat(post("/v1/runs/" + id + "/pause", "").statusCode()).isEqualTo(200);
    assertThat(post("/v1/runs/" + id + "/resume", "").statusCode()).isEqualTo(200);
    assertThat(post("/v1/runs/" + id + "/signals/hold", "1").statusCode()).isEqualTo(200);
    ended(id);
    List<String> ids = lines(stream(id, "0"), "id: ");
    assertThat(ids).hasSize(1 + 2 * 700 + 1 + 2 + 1 + 2 + 1);
    assertThat(ids.getLast()).isEqualTo(Integer.toString(ids.size()));
    assertThat(run(id).path("nodes").path("n699").has("finishedAt")).isTrue();
  }

  private static long millis(JsonNode run, String field) {
    return Instant.parse(run.path(field).asString()).toEpochMilli();
  }

  private static long sum(JsonNode parts) {
    long sum = 0;
    for (JsonNode part : parts) {
      sum += part.asLong();
    }
    return sum;
  }

  private static JsonNode profile(String id) {
    HttpResponse<String> answer = jobs.get("/v1/runs/" + id + "/profile");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static String stream(String id, String after) {
    HttpResponse<String> answer = events(id, after);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<String> events(String id, String after) {
    return jobs.request(
        "GET",
        "/v1/runs/" + id + "/events",
        new byte[0],
        "Accept",
        "text/event-stream",
        "Last-Event-ID",
        after);
  }

  private static List<String> lines(String stream, String prefix) {
    return stream
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
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

  private static String started(String workflow, String body) {
    HttpResponse<String> answer = post("/v1/workflows/" + workflow + "/runs", body);
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

  private static JsonNode ended(String id) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(run(id).has("finishedAt")).as(run(id).toString()).isTrue());
    return run(id);
  }
}
