package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Many jobs in one request: a line each, answered while the request is still being sent. */
class BatchIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final String NDJSON = "application/x-ndjson";
  private static final String LINE = "{\"type\":\"echo\",\"delay\":\"1h\"}\n";

  private static Jobs jobs;

  @BeforeAll
  static void start() {
    // An inbox smaller than what one batch has in flight: it must wait, not fail.
    jobs =
        Installation.jobs(
            INSTALLATION.start(
                Set.of(Role.API, Role.WORKER), Map.of("millrace.intake.capacity", "500")));
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @Test
  void batch_20000LinesSomeBad_answersEachInOrder() {
    StringBuilder body = new StringBuilder();
    for (int i = 1; i <= 20_000; i++) {
      body.append(
          switch (i % 1_000) {
            case 1 -> "{\"type\":\"ecko\"}\n";
            case 2 -> "{not json\n";
            case 3 -> "[]\n";
            default -> LINE;
          });
    }
    Stored before = Stored.now(INSTALLATION);
    HttpResponse<String> answer = batch(body.toString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(NDJSON);
    List<JsonNode> lines = lines(answer.body());
    assertThat(lines).hasSize(20_000);
    Set<String> ids = new HashSet<>();
    for (int i = 1; i <= 20_000; i++) {
      JsonNode line = lines.get(i - 1);
      assertThat(line.path("line").asInt()).isEqualTo(i);
      int kind = i % 1_000;
      if (kind == 1 || kind == 3) {
        assertThat(line.at("/error/type").asString()).endsWith("/invalid-job");
        assertThat(line.at("/error/errors").size()).isEqualTo(1);
      } else if (kind == 2) {
        assertThat(line.at("/error/type").asString()).endsWith("/malformed-json");
        assertThat(line.at("/error/status").asInt()).isEqualTo(400);
      } else {
        assertThat(line.path("state").asString()).as(line.toString()).isEqualTo("SCHEDULED");
        ids.add(line.path("id").asString());
      }
    }
    assertThat(ids).hasSize(19_940);
    assertThat(Stored.now(INSTALLATION).jobs()).isEqualTo(before.jobs() + 19_940);
  }

  @Test
  void batch_sentAgainUnderItsKey_storesNothingTwice() {
    String body = LINE + "\n" + LINE + "{\"type\":\"ecko\"}\n" + LINE.strip();
    List<JsonNode> first = lines(batch(body, "Idempotency-Key", "batch-1").body());
    Stored before = Stored.now(INSTALLATION);
    List<JsonNode> again =
        lines(batch(body.replace("ecko", "echo"), "Idempotency-Key", "batch-1").body());

    assertThat(again.stream().map(line -> line.path("line").asInt())).containsExactly(1, 3, 4, 5);
    for (int i : List.of(0, 1, 3)) {
      assertThat(again.get(i).path("id")).isEqualTo(first.get(i).path("id"));
      assertThat(again.get(i).path("replayed").asBoolean()).isTrue();
      assertThat(first.get(i).has("replayed")).isFalse();
    }
    assertThat(first.get(2).has("error")).isTrue();
    assertThat(again.get(2).path("id").asString()).isNotBlank();
    assertThat(Stored.now(INSTALLATION).jobs()).isEqualTo(before.jobs() + 1);
  }

  @Test
  void batch_lineWithAKeyOfItsOwn_meetsThatOfASingleSubmission() {
    String single = jobs.submit("echo", "{\"value\":5}");
    HttpResponse<String> alone =
        jobs.request(
            "POST",
            "/v1/jobs",
            "{\"type\":\"echo\",\"payload\":{\"value\":5}}".getBytes(UTF_8),
            "Content-Type",
            "application/json",
            "Idempotency-Key",
            "line-1");
    String id = Jobs.json(alone).path("id").asString();
    assertThat(id).isNotEqualTo(single);
    List<JsonNode> lines =
        lines(
            batch(
                    """
                    {"idempotencyKey":"line-1","type":"echo","payload":{"value":5}}
                    {"idempotencyKey":"line-1","type":"echo","payload":{"value":6}}
                    {"idempotencyKey":"","type":"echo"}
                    {"idempotencyKey":7,"type":"echo"}
                    """)
                .body());
    assertThat(lines.get(0).path("id").asString()).isEqualTo(id);
    assertThat(lines.get(0).path("replayed").asBoolean()).isTrue();
    assertThat(lines.get(1).at("/error/status").asInt()).isEqualTo(422);
    assertThat(lines.get(1).at("/error/detail").asString()).contains(id);
    assertThat(lines.get(2).at("/error/errors/0/pointer").asString()).isEqualTo("#/idempotencyKey");
    assertThat(lines.get(3).at("/error/errors/0/pointer").asString()).isEqualTo("#/idempotencyKey");
  }

  @Test
  void batch_lineTooLong_isRefusedAlone() {
    String tooLong =
        "{\"type\":\"echo\",\"payload\":{\"value\":\"" + "x".repeat(300_000) + "\"}}\n";
    List<JsonNode> lines = lines(batch(LINE + tooLong + LINE).body());
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1).at("/error/status").asInt()).isEqualTo(413);
    assertThat(lines.get(0).has("id")).isTrue();
    assertThat(lines.get(2).has("id")).isTrue();
  }

  @Test
  void batch_emptyOrOfAnotherType_isAnsweredInWords() {
    HttpResponse<String> empty = batch("\n \n");
    assertThat(empty.statusCode()).isEqualTo(200);
    assertThat(empty.body()).isEmpty();
    ProblemCheck.problem(
        jobs.post("/v1/jobs/batch", "application/json", LINE.getBytes(UTF_8)),
        415,
        "unsupported-media-type");
    ProblemCheck.problem(batch(LINE, "Idempotency-Key", "\"open"), 400, "invalid-idempotency-key");
  }

  @Test
  void batch_answersALineBeforeTheNextIsSent() throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      for (int i = 1; i <= 3; i++) {
        chunk(out, LINE);
        assertThat(until(in, "{\"line\":" + i + ",")).contains("\"id\":");
      }
      out.write("0\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
      assertThat(until(in, "0")).isEqualTo("0");
    }
  }

  @Test
  void batch_callerLeavesHalfway_whatCameWholeIsStored() throws IOException {
    long before = Stored.now(INSTALLATION).jobs();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < 100; i++) {
        chunk(out, LINE.repeat(10));
      }
      chunk(out, "{\"type\":\"echo\",");
      // Half-closed and read to its end: a reset would throw away what the server has not read yet.
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(Stored.now(INSTALLATION).jobs()).isEqualTo(before + 1_000));
    assertThat(lines(batch(LINE).body())).hasSize(1);
  }

  @Test
  void batches_atOnce_allGetTheirAnswers() throws Exception {
    String body = LINE.repeat(1_000);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = IntStream.range(0, 8).mapToObj(i -> callers.submit(() -> batch(body))).toList();
      for (var answer : answers) {
        assertThat(lines(answer.get().body()))
            .hasSize(1_000)
            .allSatisfy(line -> assertThat(line.has("id")).as(line.toString()).isTrue());
      }
    }
  }

  private static HttpResponse<String> batch(String body, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = NDJSON;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return jobs.request("POST", "/v1/jobs/batch", body.getBytes(UTF_8), all);
  }

  private static List<JsonNode> lines(String body) {
    return body.lines().map(Jobs::parse).collect(Collectors.toList());
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(jobs.url().getHost(), jobs.url().getPort());
    socket.setSoTimeout(15_000);
    String head =
        "POST /v1/jobs/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + NDJSON
            + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    return socket;
  }

  private static void chunk(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
    out.write(bytes);
    out.write("\r\n".getBytes(ISO_8859_1));
    out.flush();
  }

  private static String until(BufferedReader in, String start) throws IOException {
    String line = in.readLine();
    while (line != null && !line.startsWith(start)) {
      line = in.readLine();
    }
    return String.valueOf(line);
  }
}
