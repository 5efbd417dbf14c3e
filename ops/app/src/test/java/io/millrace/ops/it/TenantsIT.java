package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.cli.ExitCode;
import io.millrace.ops.cli.Main;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** API keys and what each tenant sees, from an installation without keys to a revoked one. */
@TestMethodOrder(OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // Earlier tests set what later ones use.
class TenantsIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final byte[] NOTHING = {};

  private static Jobs nobody;
  private static Jobs acme;
  private static Jobs bob;
  private static Jobs operator;
  private static String acmeKey = "";
  private static String jobBeforeKeys = "";

  @BeforeAll
  static void start() {
    nobody = Installation.jobs(INSTALLATION.start(Set.of(Role.API, Role.WORKER), Map.of()));
    acme = nobody;
    bob = nobody;
    operator = nobody;
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @Test
  @Order(1)
  void withoutKeys_onLoopback_everybodyIsTheDefaultTenant() {
    jobBeforeKeys = nobody.submit("echo", "{\"value\":1}");
    nobody.succeeded(jobBeforeKeys);
    assertThat(nobody.put("/v1/datasets/old.csv", "a\n1\n".getBytes(UTF_8)).statusCode())
        .isEqualTo(201);
    assertThat(INSTALLATION.data().resolve("datasets/old.csv")).exists();
  }

  @Test
  @Order(2)
  void withoutKeys_reachableFromElsewhere_nobodyIsAnswered() {
    Millrace open = INSTALLATION.start(Set.of(Role.API), Map.of("server.address", "0.0.0.0"));
    try (open) {
      Jobs jobs = Installation.jobs(open);
      JsonNode problem =
          ProblemCheck.problem(
              jobs.get("/v1/jobs/" + jobBeforeKeys), 401, "no-api-keys-configured");
      assertThat(problem.path("detail").asString()).contains("ops/millrace keys create");
      assertThat(jobs.submitRaw("{\"type\":\"echo\"}").statusCode()).isEqualTo(401);
      assertThat(jobs.get("/v1/datasets").statusCode()).isEqualTo(401);
      assertThat(jobs.get("/actuator/prometheus").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Order(3)
  void withKeys_onlyTheyOpen() {
    acmeKey = create("acme");
    acme = nobody.with(acmeKey);
    bob = nobody.with(create("bob"));
    operator = nobody.with(create("default", "--operator"));
    String path = "/v1/jobs/" + jobBeforeKeys;
    await().atMost(Duration.ofSeconds(10)).until(() -> nobody.get(path).statusCode() == 401);
    HttpResponse<String> answer = nobody.get(path);
    ProblemCheck.problem(answer, 401, "no-api-key");
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer realm=\"millrace\"");
    answer = nobody.with(acmeKey.substring(0, 30) + "A".repeat(33)).get(path);
    ProblemCheck.problem(answer, 401, "invalid-api-key");
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("error=\"invalid_token\"");
    assertThat(nobody.get("/").statusCode()).isEqualTo(401);
    assertThat(nobody.get("/v1/nothing").statusCode()).isEqualTo(401);
    assertThat(nobody.get("/actuator/health").statusCode()).isEqualTo(200);
    assertThat(nobody.get("/actuator/prometheus").statusCode()).isEqualTo(200);
    assertThat(get("/v1/datasets", "X-API-Key", acmeKey).statusCode()).isEqualTo(200);
    assertThat(get("/v1/datasets", "authorization", "bearer " + acmeKey).statusCode())
        .isEqualTo(200);
    assertThat(
            get("/v1/datasets", "X-API-Key", acmeKey, "Authorization", "Basic eDp5").statusCode())
        .isEqualTo(200);
    ProblemCheck.problem(
        get("/v1/datasets", "X-API-Key", acmeKey, "Authorization", "Bearer x"),
        400,
        "contradictory-api-keys");
  }

  @Test
  @Order(4)
  void jobs_ofAnotherTenant_areNotThere() {
    String id = acme.submit("echo", "{\"value\":\"acme's\"}");
    acme.succeeded(id);
    // Read twice: the second answer may come from the cache.
    acme.result(id);
    assertThat(acme.result(id).asString()).isEqualTo("acme's");
    assertHidden(bob, id);
    assertHidden(operator, id);
    assertHidden(acme, jobBeforeKeys);
    assertThat(operator.state(jobBeforeKeys)).isEqualTo("SUCCEEDED");
    String running = acme.submit("sleep", "{\"millis\":60000}");
    acme.awaitState(running, "RUNNING");
    assertHidden(bob, running);
    assertThat(acme.state(running)).isEqualTo("RUNNING");
    assertThat(
            acme.post("/v1/jobs/" + running + "/cancel", "application/json", "{}".getBytes(UTF_8)))
        .satisfies(answer -> assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
    acme.awaitState(running, "CANCELLED");
  }

  @Test
  @Order(4)
  void schedules_ofAnotherTenant_areNotThere() {
    String nightly = "/v1/schedules/nightly";
    String body = "{\"cron\":\"0 3 * * *\",\"zone\":\"UTC\",\"job\":{\"type\":\"echo\"}}";
    assertThat(send(acme, "PUT", nightly, body).statusCode()).isEqualTo(201);
    ProblemCheck.problem(bob.get(nightly), 404, "schedule-not-found");
    for (String action : List.of("/pause", "/trigger")) {
      HttpResponse<String> answer = send(bob, "POST", nightly + action, "");
      ProblemCheck.problem(answer, 404, "schedule-not-found");
    }
    ProblemCheck.problem(send(bob, "DELETE", nightly, ""), 404, "schedule-not-found");
    assertThat(Jobs.json(bob.get("/v1/schedules")).path("schedules")).isEmpty();
    assertThat(send(bob, "PUT", nightly, body).statusCode()).isEqualTo(201);
    assertThat(send(bob, "DELETE", nightly, "").statusCode()).isEqualTo(204);
    assertThat(Jobs.json(acme.get(nightly)).path("paused").asBoolean(true)).isFalse();
    assertThat(send(acme, "DELETE", nightly, "").statusCode()).isEqualTo(204);
  }

  @Test
  @Order(4)
  void workflows_ofAnotherTenant_areNotThere() {
    String secret = "/v1/workflows/secret";
    String body = "{\"nodes\":{\"a\":{\"type\":\"echo\"}}}";
    HttpResponse<String> created = send(acme, "PUT", secret, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String hash = Jobs.json(created).path("version").asString();
    for (String path :
        List.of("", "/versions", "/versions/1", "/versions/" + hash, "/diff", "/graph")) {
      assertThat(acme.get(secret + path).statusCode()).as(path).isEqualTo(200);
      ProblemCheck.problem(bob.get(secret + path), 404, "workflow-not-found");
      ProblemCheck.problem(operator.get(secret + path), 404, "workflow-not-found");
    }
    ProblemCheck.problem(send(bob, "DELETE", secret, ""), 404, "workflow-not-found");
    assertThat(Jobs.json(bob.get("/v1/workflows")).path("workflows")).isEmpty();
    String calling = "{\"nodes\":{\"a\":{\"workflow\":\"secret\"}}}";
    JsonNode refused =
        ProblemCheck.problem(
            send(bob, "PUT", "/v1/workflows/own", calling), 400, "invalid-workflow");
    assertThat(refused.toString()).contains("there is none yet");
    assertThat(send(bob, "PUT", secret, body).statusCode()).isEqualTo(201);
    assertThat(send(bob, "DELETE", secret, "").statusCode()).isEqualTo(204);
    assertThat(acme.get(secret).statusCode()).isEqualTo(200);
  }

  @Test
  @Order(4)
  void deadLetters_ofAnotherTenant_areNotThereAndNotReplayed() {
    String failed = acme.submit("fail", "{\"retryable\":false}");
    acme.awaitState(failed, "FAILED");
    assertThat(letters(acme)).containsExactly(failed);
    assertThat(letters(bob)).isEmpty();
    for (String body : List.of("{\"filter\":{}}", "{\"ids\":[\"" + failed + "\"]}")) {
      HttpResponse<String> answer = send(bob, "POST", "/v1/dead-letters/replay", body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      String self = Jobs.json(answer).at("/links/self").asString();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Jobs.json(bob.get(self)).path("state").asString().equals("DONE"));
      assertThat(Jobs.json(bob.get(self)).path("replayed").asInt()).isZero();
      assertThat(bob.get(self + "/items").body()).doesNotContain("FAILED");
      ProblemCheck.problem(acme.get(self), 404, "replay-not-found");
    }
    assertThat(Jobs.json(acme.get("/v1/replays")).path("replays")).isEmpty();
    assertThat(letters(acme)).containsExactly(failed);
    assertThat(acme.status(failed).path("attempt").asInt()).isEqualTo(1);
  }

  @Test
  @Order(4)
  void whatConcernsAllTenants_isForOperators() {
    for (String path : List.of("/v1/limits", "/v1/queues", "/v1/workers")) {
      ProblemCheck.problem(acme.get(path), 403, "operators-only");
      assertThat(operator.get(path).statusCode()).as(path).isEqualTo(200);
    }
    String limit = "/v1/limits/tenants/bob";
    ProblemCheck.problem(send(acme, "PUT", limit, "{\"maxRunning\":0}"), 403, "operators-only");
    ProblemCheck.problem(operator.get(limit), 404, "limit-not-found");
  }

  @Test
  @Order(5)
  void datasets_areEachTenantsOwn() {
    byte[] three = "a\n1\n2\n3\n".getBytes(UTF_8);
    byte[] one = "a\n1\n".getBytes(UTF_8);
    assertThat(acme.put("/v1/datasets/same.csv", three).statusCode()).isEqualTo(201);
    assertThat(names(bob)).isEmpty();
    assertThat(bob.put("/v1/datasets/same.csv", one).statusCode()).isEqualTo(201);
    assertThat(bob.put("/v1/datasets/acme/same.csv", one).statusCode()).isEqualTo(201);
    assertThat(names(acme)).containsExactly("same.csv");
    assertThat(names(bob)).containsExactly("acme/same.csv", "same.csv");
    assertThat(names(operator)).containsExactly("old.csv");
    assertThat(rows(acme, "same.csv")).isEqualTo(3);
    assertThat(rows(bob, "same.csv")).isEqualTo(1);
    assertThat(rows(operator, "old.csv")).isEqualTo(1);
    String missing = bob.submit("dataset.profile", "{\"dataset\":\"old.csv\"}");
    bob.awaitState(missing, "FAILED");
    assertThat(bob.status(missing).at("/error/message").asString()).contains("does not exist");
    String reach = ".tenants/acme/same.csv";
    ProblemCheck.problem(operator.put("/v1/datasets/" + reach, one), 400, "invalid-dataset-name");
    HttpResponse<String> refused =
        operator.submitRaw(
            "{\"type\":\"dataset.profile\",\"payload\":{\"dataset\":\"" + reach + "\"}}");
    assertThat(refused.statusCode()).isEqualTo(400);
  }

  @Test
  @Order(6)
  void commands_sendAKeyAndListNone() {
    String id = acme.submit("echo", "{}");
    acme.succeeded(id);
    String url = nobody.url().toString();
    assertThat(run("status", id, "--url", url).code()).isEqualTo(ExitCode.REFUSED);
    assertThat(run("status", id, "--url", url, "--api-key", acmeKey).code()).isEqualTo(ExitCode.OK);
    Ran list = run("keys", "list", "--data", INSTALLATION.data().toString());
    assertThat(list.out()).contains(idOf(acmeKey), "acme", "bob", "operator");
    assertThat(list.out() + list.err()).doesNotContain(acmeKey, acmeKey.substring(20));
  }

  @Test
  @Order(7)
  void revoked_stopsWithinTwoSecondsAndOthersGoOn() {
    assertThat(acme.get("/v1/datasets").statusCode()).isEqualTo(200);
    Ran revoked = run("keys", "revoke", idOf(acmeKey), "--data", INSTALLATION.data().toString());
    assertThat(revoked.code()).as(revoked.err()).isEqualTo(ExitCode.OK);
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(2))
        .until(() -> acme.get("/v1/datasets").statusCode() == 401);
    assertThat(bob.get("/v1/datasets").statusCode()).isEqualTo(200);
    assertThat(
            run("keys", "revoke", "0123456789abcdef", "--data", INSTALLATION.data().toString())
                .code())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  @Order(8)
  void databaseAway_knownKeysStandAndRevokedOnesDoNot() {
    INSTALLATION.stack().postgres().stop();
    try {
      assertThat(bob.get("/v1/datasets").statusCode()).isEqualTo(200);
      assertThat(acme.get("/v1/datasets").statusCode()).isEqualTo(401);
      assertThat(nobody.get("/v1/datasets").statusCode()).isEqualTo(401);
    } finally {
      INSTALLATION.stack().postgres().start();
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> bob.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
  }

  /** Whatever is asked of the job, the answer is that there is none. */
  private static void assertHidden(Jobs caller, String id) {
    for (String path : List.of("", "/result", "/log", "/events", "/why")) {
      ProblemCheck.problem(caller.get("/v1/jobs/" + id + path), 404, "job-not-found");
    }
    ProblemCheck.problem(
        caller.post("/v1/jobs/" + id + "/cancel", "application/json", "{}".getBytes(UTF_8)),
        404,
        "job-not-found");
  }

  private static HttpResponse<String> get(String path, String... headers) {
    return nobody.request("GET", path, NOTHING, headers);
  }

  private static HttpResponse<String> send(Jobs as, String method, String path, String body) {
    return body.isEmpty()
        ? as.request(method, path, NOTHING)
        : as.request(method, path, body.getBytes(UTF_8), "Content-Type", "application/json");
  }

  private static List<String> letters(Jobs caller) {
    return Jobs.json(caller.get("/v1/dead-letters"))
        .path("deadLetters")
        .valueStream()
        .map(letter -> letter.path("id").asString())
        .toList();
  }

  private static List<String> names(Jobs caller) {
    return Jobs.json(caller.get("/v1/datasets"))
        .path("datasets")
        .valueStream()
        .map(dataset -> dataset.path("name").asString())
        .toList();
  }

  private static int rows(Jobs caller, String dataset) {
    String id = caller.submit("dataset.profile", "{\"dataset\":\"" + dataset + "\"}");
    caller.succeeded(id);
    return caller.result(id).path("rows").asInt();
  }

  private static String create(String tenant, String... more) {
    List<String> args = new ArrayList<>(List.of("keys", "create", "--tenant", tenant));
    args.addAll(List.of(more));
    args.addAll(List.of("--data", INSTALLATION.data().toString()));
    Ran created = run(args.toArray(String[]::new));
    assertThat(created.code()).as(created.err()).isEqualTo(ExitCode.OK);
    assertThat(created.out().lines()).hasSize(1);
    return created.out().strip();
  }

  private static String idOf(String key) {
    return key.substring(3, 19);
  }

  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Ran(code, out.toString(), err.toString());
  }
}
