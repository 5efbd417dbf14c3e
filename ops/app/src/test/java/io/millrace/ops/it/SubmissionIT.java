package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Submissions sent again, with times and labels, and what is found of them afterwards. */
class SubmissionIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final String JSON = "application/json";

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
  void sameKeyAndBody_isTheFirstAnswerAgain() {
    String body = "{\"type\":\"echo\",\"payload\":{\"value\":1},\"delay\":\"1s\"}";
    HttpResponse<String> first = keyed("once-1", body);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertThat(first.headers().firstValue("Idempotency-Key-Lifetime")).contains("86400");
    String id = Jobs.json(first).path("id").asString();
    jobs.succeeded(id);

    HttpResponse<String> again =
        keyed(
            "\"once-1\"", "{\"delay\": \"1s\", \"payload\": {\"value\": 1.0}, \"type\": \"echo\"}");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(again.headers().firstValue("Location")).contains("/v1/jobs/" + id);
    assertThat(Jobs.json(again)).isEqualTo(Jobs.json(first));
  }

  @Test
  void sameKeyOtherBody_is422AndNamesTheFirst() {
    HttpResponse<String> first = keyed("once-2", "{\"type\":\"echo\",\"payload\":{\"value\":1}}");
    Stored before = Stored.now(INSTALLATION);
    JsonNode problem =
        ProblemCheck.problem(
            keyed("once-2", "{\"type\":\"echo\",\"payload\":{\"value\":2}}"),
            422,
            "idempotency-key-reused");
    assertThat(problem.path("detail").asString()).contains(Jobs.json(first).path("id").asString());
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void sameKey_50AtOnce_isOneJob() throws Exception {
    Stored before = Stored.now(INSTALLATION);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        answers.add(
            callers.submit(
                () -> {
                  start.await();
                  return keyed("once-3", "{\"type\":\"echo\"}");
                }));
      }
      start.countDown();
    }
    Set<String> ids = new HashSet<>();
    int replayed = 0;
    for (Future<HttpResponse<String>> answer : answers) {
      assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(202);
      ids.add(Jobs.json(answer.get()).path("id").asString());
      replayed += answer.get().headers().firstValue("Idempotency-Replayed").isPresent() ? 1 : 0;
    }
    assertThat(ids).hasSize(1);
    assertThat(replayed).isEqualTo(49);
    assertThat(Stored.now(INSTALLATION).jobs()).isEqualTo(before.jobs() + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"open | no quoted string",
        "\"\" | it is empty",
        "\"a\"b\" | no quoted string",
      })
  void badKey_isRefused(String key, String words) {
    Stored before = Stored.now(INSTALLATION);
    JsonNode problem =
        ProblemCheck.problem(keyed(key, "{\"type\":\"echo\"}"), 400, "invalid-idempotency-key");
    assertThat(problem.path("detail").asString()).contains(words);
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void twoKeys_areRefused() {
    HttpResponse<String> answer =
        jobs.request(
            "POST",
            "/v1/jobs",
            "{\"type\":\"echo\"}".getBytes(UTF_8),
            "Content-Type",
            JSON,
            "Idempotency-Key",
            "a",
            "Idempotency-Key",
            "b");
    assertThat(
            ProblemCheck.problem(answer, 400, "invalid-idempotency-key").path("detail").asString())
        .contains("given 2 times");
  }

  @Test
  void delay_isScheduledUntilItsTime() {
    String id = jobs.submit("echo", "{}", ",\"delay\":\"2s\",\"labels\":{\"customer\":\"7\"}");
    JsonNode waiting = jobs.status(id);
    assertThat(waiting.path("state").asString()).isEqualTo("SCHEDULED");
    assertThat(waiting.at("/labels/customer").asString()).isEqualTo("7");
    Instant due = Instant.parse(waiting.path("runAt").asString());
    assertThat(Duration.between(Instant.parse(waiting.path("createdAt").asString()), due))
        .isEqualTo(Duration.ofSeconds(2));
    JsonNode done = jobs.succeeded(id);
    assertThat(Instant.parse(done.path("startedAt").asString())).isAfterOrEqualTo(due);
    assertThat(done.has("runAt")).isFalse();
  }

  @Test
  void runAtAndDeadline_areShownAndKept() {
    Instant runAt = Instant.now().plusSeconds(2).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    Instant deadline = runAt.plusSeconds(3_600);
    String id =
        jobs.submit(
            "echo", "{}", ",\"runAt\":\"%s\",\"deadline\":\"%s\"".formatted(runAt, deadline));
    JsonNode waiting = jobs.status(id);
    assertThat(Instant.parse(waiting.path("runAt").asString())).isEqualTo(runAt);
    assertThat(Instant.parse(waiting.path("deadline").asString())).isEqualTo(deadline);
    assertThat(Instant.parse(jobs.succeeded(id).path("startedAt").asString()))
        .isAfterOrEqualTo(runAt);
  }

  @Test
  void jobThatFindsNoSlotInTime_failsWithWhatPassed() {
    String blocker = jobs.submit("sleep", "{\"millis\":5000}", ",\"pool\":\"cpu\"");
    jobs.awaitState(blocker, "RUNNING");
    String impatient = jobs.submit("echo", "{}", ",\"pool\":\"cpu\",\"queueTimeout\":\"300ms\"");
    String late = jobs.submit("echo", "{}", ",\"pool\":\"cpu\",\"deadline\":\"500ms\"");
    jobs.awaitState(impatient, "FAILED");
    jobs.awaitState(late, "FAILED");
    assertThat(jobs.state(blocker)).isEqualTo("RUNNING");
    assertThat(jobs.status(impatient).at("/error/kind").asString()).isEqualTo("QUEUE_TIMEOUT");
    assertThat(jobs.status(late).at("/error/kind").asString()).isEqualTo("DEADLINE");
    JsonNode attempts = Jobs.json(jobs.get("/v1/jobs/" + late + "/attempts")).path("attempts");
    assertThat(attempts.get(0).path("attempt").asInt()).isZero();
    jobs.succeeded(blocker);
  }

  @Test
  void contradictions_areAllNamed() {
    JsonNode problem =
        ProblemCheck.problem(
            jobs.submitRaw(
                """
                {"type":"echo","delay":"1h","runAt":"2099-01-01T00:00:00Z","maxAttempts":2,
                 "retry":{"maxAttempts":3,"factor":0},"labels":{"A":1}}"""),
            400,
            "invalid-job");
    ProblemCheck.blames(problem, "#/runAt", "within 366d of now");
    ProblemCheck.blames(problem, "#/runAt", "runAt and delay both say when to start");
    ProblemCheck.blames(problem, "#/retry/maxAttempts", "give one of them");
    ProblemCheck.blames(problem, "#/retry/factor", "1.0 to 10.0");
    ProblemCheck.blames(problem, "#/labels/A", "lower-case letter");
  }

  @Test
  void retry_ofTheSubmission_leavesItsFailuresToRead() {
    String id =
        jobs.submit(
            "fail",
            "{\"failAttempts\":2,\"message\":\"no luck\"}",
            ",\"retry\":{\"maxAttempts\":3,\"initialDelay\":\"10ms\",\"maxDelay\":\"20ms\"}");
    JsonNode done = jobs.succeeded(id);
    assertThat(done.path("maxAttempts").asInt()).isEqualTo(3);
    assertThat(done.at("/links/attempts").asString()).isEqualTo("/v1/jobs/" + id + "/attempts");
    JsonNode attempts = Jobs.json(jobs.get("/v1/jobs/" + id + "/attempts")).path("attempts");
    assertThat(attempts.valueStream().map(a -> a.path("attempt").asInt())).containsExactly(1, 2);
    assertThat(attempts.valueStream().map(a -> a.path("kind").asString())).containsOnly("HANDLER");
    assertThat(attempts.get(0).path("message").asString()).isEqualTo("no luck");
    assertThat(attempts.get(0).path("at").asString()).endsWith("Z");
  }

  @Test
  void parent_thatDoesNotExistOrHasEnded_isRefused() {
    String ended = jobs.submit("echo", "{}");
    jobs.succeeded(ended);
    for (String parent : List.of("0198c1de-6f00-7abc-8def-0123456789ab", ended)) {
      JsonNode problem =
          ProblemCheck.problem(
              jobs.submitRaw("{\"type\":\"echo\",\"parent\":\"" + parent + "\"}"),
              400,
              "invalid-job");
      ProblemCheck.blames(problem, "#/parent", "is no unfinished job");
    }
    String parent = jobs.submit("echo", "{}", ",\"delay\":\"1h\"");
    String child = jobs.submit("echo", "{}", ",\"delay\":\"1h\",\"parent\":\"" + parent + "\"");
    assertThat(jobs.status(child).path("parent").asString()).isEqualTo(parent);
  }

  @Test
  void status_knownToTheCaller_is304() {
    String id = jobs.submit("echo", "{}", ",\"delay\":\"1h\"");
    HttpResponse<String> first = jobs.get("/v1/jobs/" + id);
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> known =
        jobs.request("GET", "/v1/jobs/" + id, new byte[0], "If-None-Match", tag);
    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(known.headers().firstValue("ETag")).contains(tag);
    String other = jobs.submit("echo", "{}");
    String before = jobs.get("/v1/jobs/" + other).headers().firstValue("ETag").orElseThrow();
    jobs.succeeded(other);
    HttpResponse<String> moved =
        jobs.request("GET", "/v1/jobs/" + other, new byte[0], "If-None-Match", "W/\"0-x-0\"");
    assertThat(moved.statusCode()).isEqualTo(200);
    assertThat(moved.headers().firstValue("ETag").orElseThrow()).startsWith("W/\"");
    assertThat(before).startsWith("W/\"");
  }

  @Test
  void list_pages_giveEachJobOnceNewestFirst() {
    List<String> ids =
        IntStream.range(0, 25)
            .mapToObj(
                i -> jobs.submit("echo", "{}", ",\"delay\":\"1h\",\"labels\":{\"list\":\"a b\"}"))
            .toList();
    List<String> found = new ArrayList<>();
    String path = "/v1/jobs?label=list:a%20b&state=SCHEDULED&type=echo&pool=default&limit=10";
    while (path != null) {
      JsonNode page = Jobs.json(jobs.get(path));
      assertThat(page.path("jobs").size()).isLessThanOrEqualTo(10);
      page.path("jobs").forEach(job -> found.add(job.path("id").asString()));
      path = page.has("next") ? page.path("next").asString() : null;
    }
    assertThat(found).containsExactlyElementsOf(ids.reversed());
    assertThat(Jobs.json(jobs.get("/v1/jobs?label=list:nothing")).path("jobs").isEmpty()).isTrue();
  }

  @Test
  void list_badQuery_isRefusedByParameter() {
    JsonNode problem =
        ProblemCheck.problem(
            jobs.get("/v1/jobs?state=lost&limit=0&after=7&sort=asc&label=x"), 400, "invalid-query");
    ProblemCheck.blames(problem, "?state", "state must be one of");
    ProblemCheck.blames(problem, "?limit", "1 to 100");
    ProblemCheck.blames(problem, "?after", "a UUID");
    ProblemCheck.blames(problem, "?sort", "known are");
    ProblemCheck.blames(problem, "?label", "name:value");
  }

  private static HttpResponse<String> keyed(String key, String body) {
    return jobs.request(
        "POST", "/v1/jobs", body.getBytes(UTF_8), "Content-Type", JSON, "Idempotency-Key", key);
  }
}
