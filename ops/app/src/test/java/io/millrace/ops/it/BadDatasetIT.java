package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Uploads that must not be: refused in words, and not a byte of them is kept. */
class BadDatasetIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final int LIMIT = 1 << 20;
  private static final byte[] ROW = "a,b\n1,2\n".getBytes(UTF_8);
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    jobs =
        Installation.jobs(
            INSTALLATION.start(Set.of(Role.API), Map.of("millrace.datasets.max-size", "1MB")));
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".hidden",
        ".upload-1",
        "-rf",
        "a%20b",
        "a%0Ab",
        "%C3%A4",
        "a/",
        "a/.b",
        "1/2/3/4/5",
        "a:b",
        "129x"
      })
  void badName_isRefused(String name) {
    Stored before = Stored.now(INSTALLATION);
    String sent = name.equals("129x") ? "x".repeat(129) : name;
    JsonNode problem =
        ProblemCheck.problem(jobs.put("/v1/datasets/" + sent, ROW), 400, "invalid-dataset-name");
    ProblemCheck.blames(problem, "#/name", "segments");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  /** A path parameter is no part of a name: {@code a;b=c} must not become {@code a}. */
  @Test
  void nameWithASemicolon_isNotCutShort() {
    Stored before = Stored.now(INSTALLATION);
    ProblemCheck.problem(jobs.put("/v1/datasets/a;b=c", ROW), 400, "invalid-dataset-name");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out.csv", "%2e%2e/out.csv", "a/../../out.csv", "..;/out.csv"})
  void nameThatLeadsOut_writesNothingAnywhere(String name) {
    Stored before = Stored.now(INSTALLATION);
    RawHttp.Answer answer =
        RawHttp.send(
            jobs.url(),
            "PUT /v1/datasets/" + name + " HTTP/1.1\r\nContent-Length: " + ROW.length,
            ROW);
    assertThat(answer.status()).isBetween(400, 499);
    ProblemCheck.assertNoLeak(answer.body());
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
    assertThat(INSTALLATION.data().resolve("out.csv")).doesNotExist();
    assertThat(INSTALLATION.data().resolveSibling("out.csv")).doesNotExist();
  }

  @Test
  void nameWithTheLongestSegments_isAccepted() {
    String segment = "x".repeat(128);
    String name = String.join("/", segment, segment, segment, segment);
    assertThat(jobs.put("/v1/datasets/" + name, ROW).statusCode()).isEqualTo(201);
  }

  @Test
  void datasetBelowOrInPlaceOfAnother_isRefused() {
    assertThat(jobs.put("/v1/datasets/taken/x.csv", ROW).statusCode()).isEqualTo(201);
    Stored before = Stored.now(INSTALLATION);
    ProblemCheck.problem(jobs.put("/v1/datasets/taken", ROW), 400, "invalid-dataset-name");
    ProblemCheck.problem(jobs.put("/v1/datasets/taken/x.csv/y", ROW), 400, "invalid-dataset-name");
    ProblemCheck.problem(
        jobs.put("/v1/datasets/taken/x.csv/y/z", ROW), 400, "invalid-dataset-name");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void linkOutOfTheRoot_isNotFollowed() throws IOException {
    Path outside = Files.createDirectories(INSTALLATION.data().resolve("outside"));
    Path root = Files.createDirectories(Stored.datasetRoot(INSTALLATION));
    Files.createSymbolicLink(root.resolve("link"), outside);
    ProblemCheck.problem(jobs.put("/v1/datasets/link/x.csv", ROW), 400, "invalid-dataset-name");
    ProblemCheck.problem(jobs.put("/v1/datasets/link", ROW), 400, "invalid-dataset-name");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void emptyBody_isRefused() {
    Stored before = Stored.now(INSTALLATION);
    ProblemCheck.problem(jobs.put("/v1/datasets/e.csv", new byte[0]), 400, "empty-dataset");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void bodyOfExactlyTheLimit_isAcceptedAndOneByteMoreIsNot() {
    assertThat(jobs.put("/v1/datasets/full.csv", new byte[LIMIT]).statusCode()).isEqualTo(201);
    Stored before = Stored.now(INSTALLATION);
    byte[] over = new byte[LIMIT + 1];
    JsonNode problem =
        ProblemCheck.problem(jobs.put("/v1/datasets/over.csv", over), 413, "body-too-large");
    assertThat(problem.path("detail").asString()).contains("1048576");
    RawHttp.Answer chunked =
        RawHttp.send(
            jobs.url(),
            "PUT /v1/datasets/over.csv HTTP/1.1\r\nTransfer-Encoding: chunked",
            RawHttp.chunked(over, 100_000));
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(chunked.header("content-type")).isEqualTo("application/problem+json");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void callerThatHangsUp_leavesNothing() {
    Stored before = Stored.now(INSTALLATION);
    Path root = Stored.datasetRoot(INSTALLATION);
    for (int i = 0; i < 5; i++) {
      RawHttp.sendAndLeave(
          jobs.url(),
          "PUT /v1/datasets/cut.csv HTTP/1.1\r\nContent-Length: 500000",
          new byte[300_000]);
    }
    // A later upload on its own connection is a sign that the broken ones were seen, too.
    jobs.put("/v1/datasets/cut-after.csv", ROW);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Stored.now(INSTALLATION).datasets())
                    .noneMatch(name -> name.contains(".upload-")));
    assertThat(root.resolve("cut.csv")).doesNotExist();
    assertThat(Stored.now(INSTALLATION).jobs()).isEqualTo(before.jobs());
  }

  @Test
  void uploadsOfOneNameAtOnce_leaveOneOfThemWhole() throws Exception {
    List<String> hashes = new ArrayList<>();
    try (ExecutorService uploaders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        byte[] content = new byte[LIMIT - i];
        Arrays.fill(content, (byte) ('a' + i));
        answers.add(uploaders.submit(() -> jobs.put("/v1/datasets/race.csv", content)));
      }
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isIn(200, 201);
        hashes.add(Jobs.json(answer.get()).path("sha256").asString());
      }
    }
    assertThat(hashes).doesNotHaveDuplicates();
    byte[] left = Files.readAllBytes(Stored.datasetRoot(INSTALLATION).resolve("race.csv"));
    assertThat(DatasetIT.sha256(left)).isIn(hashes);
    assertThat(Stored.now(INSTALLATION).datasets()).noneMatch(name -> name.contains(".upload-"));
  }
}
