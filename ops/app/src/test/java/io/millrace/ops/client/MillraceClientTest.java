package io.millrace.ops.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileNotFoundException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceClientTest {
  private static final String ID = "0199a0c2-7d3e-7b41-9f00-5c1d2e3f4a5b";

  @Test
  void submit_payloadWithManyDigits_sendsThemUnchanged() throws Exception {
    try (FakeServer server = new FakeServer().answer(202, "{\"id\":\"" + ID + "\"}");
        MillraceClient client = new MillraceClient(server.uri())) {
      JobRequest job =
          new JobRequest("a.b", " {\"n\": 0.1000000000000000000001} ", "high", "cpu", "90s", 4);

      assertThat(client.submit(job).path("id").asString()).isEqualTo(ID);

      FakeServer.Asked asked = server.asked().getFirst();
      assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /v1/jobs");
      assertThat(asked.contentType()).isEqualTo("application/json");
      assertThat(asked.body())
          .isEqualTo(
              "{\"type\":\"a.b\",\"payload\":{\"n\": 0.1000000000000000000001},"
                  + "\"priority\":\"high\",\"pool\":\"cpu\",\"timeout\":\"90s\",\"maxAttempts\":4}");
    }
  }

  @Test
  void anyCall_withKey_sendsItAndWithoutNone() throws Exception {
    try (FakeServer server = new FakeServer().answer(200, "{}");
        MillraceClient with = new MillraceClient(server.uri(), "mr_1_2");
        MillraceClient without = new MillraceClient(server.uri())) {
      with.status(ID);
      with.datasets();
      without.status(ID);
      assertThat(server.asked())
          .extracting(FakeServer.Asked::authorization)
          .containsExactly("Bearer mr_1_2", "Bearer mr_1_2", "");
    }
  }

  @Test
  void jobRequest_payloadNoObject_isRefusedWithPlace() {
    assertThatThrownBy(() -> JobRequest.of("a", "{\"a\":\n tru}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not JSON")
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> JobRequest.of("a", "[1]")).hasMessageContaining("JSON object");
    assertThatThrownBy(() -> JobRequest.of("a", "{} {}")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> JobRequest.of("a", "")).hasMessageContaining("JSON object");
  }

  @Test
  void status_problemDocument_isThrownWithItsFields() {
    String problem =
        """
        {"type":"https://millrace.io/problems/invalid-payload","title":"Invalid payload",
         "status":400,"detail":"2 fields are not valid",
         "errors":[{"pointer":"#/payload/url","detail":"is missing"},
                   {"pointer":"#/payload/n","detail":"must be >= 1"}]}
        """;
    try (FakeServer server = new FakeServer().answer(400, problem);
        MillraceClient client = new MillraceClient(server.uri())) {
      ServerRefusedException refused =
          catchThrowableOfType(ServerRefusedException.class, () -> client.status(ID));

      assertThat(refused.problem().slug()).isEqualTo("invalid-payload");
      assertThat(refused.isPassing()).isFalse();
      assertThat(refused.problem().lines())
          .containsExactly(
              "Invalid payload (HTTP 400)",
              "  2 fields are not valid",
              "  #/payload/url  is missing",
              "  #/payload/n  must be >= 1");
    }
  }

  @Test
  void status_errorThatIsNoProblemDocument_showsWhatCame() {
    try (FakeServer server = new FakeServer().answer(502, "<h1>Bad Gateway</h1>");
        MillraceClient client = new MillraceClient(server.uri())) {
      ServerRefusedException refused =
          catchThrowableOfType(ServerRefusedException.class, () -> client.status(ID));

      assertThat(refused.isPassing()).isTrue();
      assertThat(refused.problem().lines()).containsExactly("HTTP 502", "  <h1>Bad Gateway</h1>");
    }
  }

  @Test
  void status_connectionRefused_triesAgainAndFindsServer() throws Exception {
    int port = FakeServer.freePort();
    List<FakeServer> started = new ArrayList<>();
    Pause startsServer =
        time -> started.add(new FakeServer(port).answer(200, "{\"state\":\"READY\"}"));
    try (MillraceClient client =
        new MillraceClient(URI.create("http://127.0.0.1:" + port), null, 2, startsServer)) {
      assertThat(client.status(ID).state()).isEqualTo("READY");
    } finally {
      started.forEach(FakeServer::close);
    }
  }

  @Test
  void status_connectionRefusedForever_givesUpAfterTries() {
    List<Duration> pauses = new ArrayList<>();
    URI nobody = URI.create("http://127.0.0.1:" + FakeServer.freePort());
    try (MillraceClient client = new MillraceClient(nobody, null, 6, pauses::add)) {
      assertThatThrownBy(() -> client.status(ID))
          .isInstanceOf(ServerUnreachableException.class)
          .hasMessageContaining("connection refused")
          .hasMessageContaining("ops/millrace up");
    }
    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(150L, 300L, 600L, 1200L, 2000L);
  }

  @Test
  void upload_nameWithSlashAndSpace_streamsFileToItsPath(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("t.csv"), "a,b\n1,2\n");
    try (FakeServer server = new FakeServer().answer(201, "{\"bytes\":8}");
        MillraceClient client = new MillraceClient(server.uri())) {
      assertThat(client.upload("demo/my trips.csv", file).path("bytes").asInt()).isEqualTo(8);

      FakeServer.Asked asked = server.asked().getFirst();
      assertThat(asked.method() + " " + asked.path())
          .isEqualTo("PUT /v1/datasets/demo/my%20trips.csv");
      assertThat(asked.body()).isEqualTo("a,b\n1,2\n");
      assertThatThrownBy(() -> client.upload("x", dir.resolve("none")))
          .isInstanceOf(FileNotFoundException.class);
    }
  }

  @Test
  void isReady_serverSaysNo_isFalse() throws Exception {
    try (FakeServer server = new FakeServer().answer(503, "{}").answer(200, "{}");
        MillraceClient client = new MillraceClient(server.uri())) {
      assertThat(client.isReady()).isFalse();
      assertThat(client.isReady()).isTrue();
    }
  }

  @Test
  void status_answerIsNotJson_saysSomethingElseListens() {
    try (FakeServer server = new FakeServer().answer(200, "<html>");
        MillraceClient client = new MillraceClient(server.uri())) {
      assertThatThrownBy(() -> client.status(ID)).hasMessageContaining("something else");
    }
  }
}
