package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Role;
import io.millrace.workflow.definition.DefinitionSchema;
import io.millrace.workflow.plan.WorkflowLimits;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Workflow definitions over HTTP: registered, checked, read, compared, drawn, deleted. */
class WorkflowApiIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final String YAML = "application/yaml";
  private static final String VALIDATE = "/v1/workflows:validate";

  private static final String FIRST =
      """
      # The first one.
      nodes:
        fetch: {type: echo, with: {value: 1.0}}
        wait: {needs: [fetch], sleep: 1s}
      onFailure:
        tell: {type: echo}
      """;

  private static final String SAME_IN_JSON =
      """
      {"onFailure": {"tell": {"type": "echo"}},
       "nodes": {"wait": {"sleep": "1s", "needs": ["fetch"]},
                 "fetch": {"with": {"value": 1}, "type": "echo"}}}""";

  private static final String SECOND =
      """
      description: Waits longer
      nodes:
        fetch: {type: echo, with: {value: 1}}
        wait: {needs: [fetch], sleep: 2s}
        last: {needs: [wait], transform: "${nodes.fetch.output}"}
      """;

  private static final String FAULTY =
      """
      nodes:
        a: {type: ecko}
        b:
          needs: [a]
          type: sleep
          pool: nowhere
        c: {workflow: missing, onErorr: continue}
      """;

  private static Jobs jobs;

  @BeforeAll
  static void start() {
    jobs = Installation.jobs(INSTALLATION.start(Set.of(Role.API, Role.WORKER), Map.of()));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> jobs.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @Test
  void put_newSameOtherAndFirstAgain_countsVersionsAndRollsBack() {
    HttpResponse<String> created = put("life", YAML, FIRST);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location")).contains("/v1/workflows/life");
    JsonNode first = Jobs.json(created);
    assertThat(first.path("version").asString()).matches("[0-9a-f]{64}");
    assertVersion(first, 1, true, true);
    assertThat(first.path("nodes").asInt()).isEqualTo(3);
    assertThat(first.path("createdAt").asString()).endsWith("Z");

    JsonNode again = ok(put("life", "application/json", SAME_IN_JSON));
    assertVersion(again, 1, true, false);
    assertThat(again.path("version")).isEqualTo(first.path("version"));
    JsonNode second = ok(put("life", "text/yaml; charset=utf-8", SECOND));
    assertVersion(second, 2, true, true);
    JsonNode back = ok(put("life", "application/x-yaml", FIRST));
    assertVersion(back, 1, true, true);
    assertThat(back.path("createdAt")).isEqualTo(first.path("createdAt"));

    JsonNode shown = get("/v1/workflows/life");
    assertThat(shown.path("version")).isEqualTo(first.path("version"));
    assertThat(shown.at("/definition/nodes/fetch/with/value").toString()).isEqualTo("1");
    assertThat(get(shown.at("/links/self").asString())).isEqualTo(shown);

    JsonNode page = get(shown.at("/links/versions").asString() + "?limit=1");
    assertThat(page.path("versions")).hasSize(1);
    assertThat(page.at("/versions/0/number").asInt()).isEqualTo(2);
    assertThat(page.at("/versions/0/current").asBoolean(true)).isFalse();
    assertThat(page.at("/versions/0").has("definition")).isFalse();
    JsonNode rest = get(page.path("next").asString());
    assertThat(rest.at("/versions/0/number").asInt()).isEqualTo(1);
    assertThat(rest.has("next")).isFalse();

    JsonNode byNumber = get(page.at("/versions/0/links/self").asString());
    assertThat(byNumber.at("/definition/description").asString()).isEqualTo("Waits longer");
    String hash = second.path("version").asString();
    assertThat(get("/v1/workflows/life/versions/" + hash)).isEqualTo(byNumber);
  }

  @Test
  void preview_ofAPut_tellsWhatWouldBeAndKeepsNothing() {
    String preview = "/v1/workflows/foreseen?preview=true";
    JsonNode none = ok(send(preview, YAML, FIRST.getBytes(UTF_8)));
    assertThat(none.path("change").asString()).isEqualTo("CREATED");
    assertThat(none.has("number")).isFalse();
    assertThat(none.at("/diff/added").size()).isEqualTo(3);
    problem(jobs.get("/v1/workflows/foreseen"), 404, "workflow-not-found");
    put("foreseen", YAML, FIRST);
    JsonNode run = Jobs.json(jobs.request("POST", "/v1/workflows/foreseen/runs", new byte[0]));
    JsonNode other = ok(send(preview, YAML, SECOND.getBytes(UTF_8)));
    assertThat(other.path("change").asString()).isEqualTo("NEW_VERSION");
    assertThat(other.path("nodes").asInt()).isEqualTo(3);
    assertThat(other.at("/diff/from/number").asInt()).isEqualTo(1);
    assertThat(other.at("/diff/changed").toString()).isEqualTo("{\"wait\":[\"sleep\"]}");
    assertThat(other.at("/live/0/number").asInt()).isEqualTo(1);
    assertThat(other.at("/live/0/runs").asInt()).isEqualTo(1);
    assertThat(other.at("/live/0/some/0")).isEqualTo(run.path("id"));
    assertThat(ok(send(preview, YAML, FIRST.getBytes(UTF_8))).path("change").asString())
        .isEqualTo("UNCHANGED");
    put("foreseen", YAML, SECOND);
    JsonNode back = ok(send(preview, YAML, FIRST.getBytes(UTF_8)));
    assertThat(back.path("change").asString()).isEqualTo("OLDER_VERSION");
    assertThat(back.path("number").asInt()).isEqualTo(1);
    assertThat(get("/v1/workflows/foreseen").path("number").asInt()).isEqualTo(2);
    problem(send(preview, YAML, FAULTY.getBytes(UTF_8)), 400, "invalid-workflow");
    String unclear = "/v1/workflows/foreseen?preview=yes";
    problem(send(unclear, YAML, FIRST.getBytes(UTF_8)), 400, "invalid-parameter");
  }

  @Test
  void diff_ofTwoVersions_namesWhatIsDifferent() {
    put("differ", YAML, FIRST);
    String hash = ok(put("differ", YAML, SECOND)).path("version").asString();
    JsonNode diff = get("/v1/workflows/differ/diff");
    assertThat(diff.at("/from/number").asInt()).isEqualTo(1);
    assertThat(diff.at("/to/version").asString()).isEqualTo(hash);
    assertThat(diff.path("same").asBoolean(true)).isFalse();
    assertThat(diff.path("fields").toString()).isEqualTo("[\"description\"]");
    assertThat(diff.path("added").toString()).isEqualTo("[\"last\"]");
    assertThat(diff.path("removed").toString()).isEqualTo("[\"onFailure/tell\"]");
    assertThat(diff.path("changed").toString()).isEqualTo("{\"wait\":[\"sleep\"]}");
    JsonNode reversed = get("/v1/workflows/differ/diff?from=" + hash + "&to=1");
    assertThat(reversed.path("removed").toString()).isEqualTo("[\"last\"]");
    assertThat(get("/v1/workflows/differ/diff?from=2").path("same").asBoolean()).isTrue();
    JsonNode whole = get("/v1/workflows/differ/diff?to=1");
    assertThat(whole.has("from")).isFalse();
    assertThat(whole.path("added").toString()).isEqualTo("[\"fetch\",\"wait\",\"onFailure/tell\"]");
    problem(jobs.get("/v1/workflows/differ/diff?from=3"), 404, "version-not-found");
  }

  @Test
  void graph_inBothLanguages_drawsTheVersionAskedFor() {
    put("drawn", YAML, FIRST);
    put("drawn", YAML, SECOND);
    HttpResponse<String> mermaid = jobs.get("/v1/workflows/drawn/graph");
    assertThat(mermaid.statusCode()).as(mermaid.body()).isEqualTo(200);
    assertThat(mermaid.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/vnd.mermaid");
    assertThat(mermaid.body()).startsWith("flowchart TD\n").contains("last<br/>transform");
    assertThat(jobs.get("/v1/workflows/drawn/graph").body()).isEqualTo(mermaid.body());
    HttpResponse<String> dot = jobs.get("/v1/workflows/drawn/graph?format=dot&version=1");
    assertThat(dot.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/vnd.graphviz");
    assertThat(dot.body())
        .startsWith("digraph \"drawn\" {\n")
        .contains("tell")
        .doesNotContain("transform");
    JsonNode refused =
        problem(jobs.get("/v1/workflows/drawn/graph?format=png"), 400, "invalid-parameter");
    assertThat(refused.path("detail").asString()).contains("mermaid, dot");
  }

  @Test
  void put_faulty_namesAllFaultsWithTheirLines() {
    JsonNode problem = problem(put("faulty", YAML, FAULTY), 400, "invalid-workflow");
    assertThat(problem.path("detail").asString()).contains("4 things");
    ProblemCheck.blames(problem, "#/nodes/a/type", "did you mean echo");
    ProblemCheck.blames(problem, "#/nodes/b/pool", "no worker serves a pool of this name");
    ProblemCheck.blames(problem, "#/nodes/c/workflow", "there is no workflow of this name");
    ProblemCheck.blames(problem, "#/nodes/c/onErorr", "did you mean onError");
    assertThat(problem.path("errors").valueStream().map(error -> error.path("line").asInt()))
        .containsExactly(2, 6, 7, 7);
    assertThat(problem.at("/errors/0/column").asInt()).isEqualTo(7);
    problem(jobs.get("/v1/workflows/faulty"), 404, "workflow-not-found");
  }

  @Test
  void put_beyondAHundredFaults_countsTheOthers() {
    StringBuilder text = new StringBuilder("nodes:\n");
    for (int i = 0; i < 130; i++) {
      text.append("  n").append(i).append(": {type: ecko}\n");
    }
    JsonNode problem = problem(put("faulty", YAML, text.toString()), 400, "invalid-workflow");
    assertThat(problem.path("errors")).hasSize(100);
    assertThat(problem.path("detail").asString())
        .isEqualTo("130 things are wrong with it; the first 100 are listed");
    JsonNode validated = ok(jobs.post(VALIDATE, YAML, text.toString().getBytes(UTF_8)));
    assertThat(validated.path("faults")).hasSize(100);
    assertThat(validated.path("more").asInt()).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'nodes: {a: {transform: 1}' | #",
        "'{\"nodes\": ' | #",
        "'nodes: {a: {transform: \"${nodes.b.output}\"}}' | #/nodes/a/transform",
        "'nodes: {a: {needs: [b], transform: 1}, b: {needs: [a], transform: 1}}' | #/nodes/a",
        "'{input: {$ref: \"http://127.0.0.1/x\"}, nodes: {a: {transform: 1}}}' | #/input",
        "'{input: {properties: {n: {type: integr}}}, nodes: {a: {transform: 1}}}' | #/input/properties/n/type",
        "'nodes: {a: {transform: 1}, a: {transform: 2}}' | #",
      })
  void put_oneFault_isRefusedWithItsPlace(String text, String pointer) {
    JsonNode problem = problem(put("one-fault", YAML, text), 400, "invalid-workflow");
    JsonNode error = problem.at("/errors/0");
    assertThat(error.path("pointer").asString()).as(problem.toString()).isEqualTo(pointer);
    assertThat(error.path("line").asInt()).as(problem.toString()).isEqualTo(1);
    assertThat(error.path("column").asInt()).as(problem.toString()).isPositive();
    assertThat(problem.path("detail")).isEqualTo(error.path("detail"));
  }

  @Test
  void validate_saysWhatAPutWould_andKeepsNothing() {
    JsonNode good = ok(validate("", FIRST));
    assertThat(good.path("valid").asBoolean()).isTrue();
    assertThat(good.path("nodes").asInt()).isEqualTo(3);
    assertThat(good.path("version"))
        .isEqualTo(Jobs.json(put("validated", YAML, FIRST)).path("version"));
    JsonNode bad = ok(validate("", FAULTY));
    assertThat(bad.path("valid").asBoolean(true)).isFalse();
    assertThat(bad.has("version")).isFalse();
    assertThat(bad.path("faults")).hasSize(4);
    JsonNode fault = bad.at("/faults/0");
    assertThat(fault.path("pointer").asString()).isEqualTo("#/nodes/a/type");
    assertThat(fault.path("line").asInt()).isEqualTo(2);
    assertThat(fault.path("column").asInt()).isEqualTo(7);
    assertThat(fault.path("message").asString()).contains("did you mean echo");

    String recursive = "nodes: {again: {when: 'false', workflow: recursive}}";
    assertThat(ok(validate("", recursive)).path("valid").asBoolean(true)).isFalse();
    assertThat(ok(validate("?name=recursive", recursive)).path("valid").asBoolean()).isTrue();
    problem(validate("?name=No", FIRST), 400, "invalid-workflow-name");
    problem(jobs.get("/v1/workflows/recursive"), 404, "workflow-not-found");
    problem(jobs.post(VALIDATE, "text/plain", "x".getBytes(UTF_8)), 415, "unsupported-media-type");
  }

  @Test
  void put_workflowOfAWorkflow_findsIt() {
    put("inner", YAML, FIRST);
    HttpResponse<String> outer = put("outer", YAML, "nodes: {call: {workflow: inner}}");
    assertThat(outer.statusCode()).as(outer.body()).isEqualTo(201);
    JsonNode problem =
        problem(put("outer", YAML, "nodes: {call: {workflow: iner}}"), 400, "invalid-workflow");
    ProblemCheck.blames(problem, "#/nodes/call/workflow", "did you mean inner");
  }

  @Test
  void list_inPages_thenDeleted() {
    for (String name : List.of("z.b", "z.a", "z.c")) {
      put(name, YAML, FIRST);
    }
    JsonNode page = get("/v1/workflows?limit=2&after=z");
    assertThat(names(page)).containsExactly("z.a", "z.b");
    assertThat(page.at("/workflows/0/number").asInt()).isOne();
    assertThat(page.at("/workflows/0").has("definition")).isFalse();
    JsonNode rest = get(page.path("next").asString());
    assertThat(names(rest)).containsExactly("z.c");
    assertThat(rest.has("next")).isFalse();
    for (String name : List.of("z.a", "z.b", "z.c")) {
      HttpResponse<String> deleted = jobs.request("DELETE", "/v1/workflows/" + name, new byte[0]);
      assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(204);
    }
    assertThat(names(get("/v1/workflows?after=z"))).isEmpty();
    problem(jobs.request("DELETE", "/v1/workflows/z.a", new byte[0]), 404, "workflow-not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/versions", "/versions/1", "/diff", "/graph"})
  void read_unknownOrImpossibleName_isRefused(String path) {
    problem(jobs.get("/v1/workflows/nowhere" + path), 404, "workflow-not-found");
    problem(jobs.get("/v1/workflows/No" + path), 400, "invalid-workflow-name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "0", "latest", "abc", "FF"})
  void read_unknownVersion_isRefused(String version) {
    put("one", YAML, FIRST);
    problem(jobs.get("/v1/workflows/one/versions/" + version), 404, "version-not-found");
    problem(jobs.get("/v1/workflows/one/graph?version=" + version), 404, "version-not-found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?limit=0",
        "?limit=201",
        "?limit=x",
        "?after=%00",
        "/pages/versions?before=x",
        "/pages/versions?limit=0"
      })
  void list_badPage_isRefused(String path) {
    put("pages", YAML, FIRST);
    problem(jobs.get("/v1/workflows" + path), 400, "invalid-page");
  }

  @Test
  void put_otherMediaTypeCharsetOrSize_isRefused() {
    JsonNode problem = problem(put("typed", "text/plain", FIRST), 415, "unsupported-media-type");
    assertThat(problem.path("detail").asString())
        .contains("application/json, application/yaml, text/yaml, application/x-yaml");
    problem(
        jobs.request("PUT", "/v1/workflows/typed", FIRST.getBytes(UTF_8)),
        415,
        "unsupported-media-type");
    problem(put("typed", YAML + ";charset=utf-16", FIRST), 415, "unsupported-media-type");
    problem(send("/v1/workflows/typed", YAML, FIRST.getBytes(UTF_16)), 400, "invalid-workflow");
    byte[] large = new byte[WorkflowLimits.MAX_DEFINITION_BYTES + 1];
    Arrays.fill(large, (byte) '#');
    JsonNode tooLarge = problem(send("/v1/workflows/typed", YAML, large), 413, "body-too-large");
    assertThat(tooLarge.path("detail").asString()).contains("4194304 bytes");
    problem(jobs.get("/v1/workflows/typed"), 404, "workflow-not-found");
  }

  @Test
  void schema_isPublished() {
    HttpResponse<String> schema = jobs.get("/v1/workflow-schema");
    assertThat(schema.statusCode()).isEqualTo(200);
    assertThat(schema.headers().firstValue("Content-Type")).contains("application/schema+json");
    assertThat(schema.body()).isEqualTo(DefinitionSchema.text());
  }

  private static void assertVersion(JsonNode answer, int number, boolean current, boolean changed) {
    assertThat(answer.path("number").asInt()).as(answer.toString()).isEqualTo(number);
    assertThat(answer.path("current").asBoolean(!current)).isEqualTo(current);
    assertThat(answer.path("changed").asBoolean(!changed)).isEqualTo(changed);
  }

  private static List<String> names(JsonNode page) {
    return page.path("workflows").valueStream().map(w -> w.path("name").asString()).toList();
  }

  private static JsonNode problem(HttpResponse<String> answer, int status, String slug) {
    return ProblemCheck.problem(answer, status, slug);
  }

  private static HttpResponse<String> put(String name, String mediaType, String text) {
    return send("/v1/workflows/" + name, mediaType, text.getBytes(UTF_8));
  }

  private static HttpResponse<String> send(String path, String mediaType, byte[] body) {
    return jobs.request("PUT", path, body, "Content-Type", mediaType);
  }

  private static HttpResponse<String> validate(String query, String text) {
    return jobs.post(VALIDATE + query, YAML, text.getBytes(UTF_8));
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static JsonNode get(String path) {
    return ok(jobs.get(path));
  }
}
