package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalStack;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The packaged programs: started by configuration alone, stopped by a signal, refusing nonsense.
 */
class JarsIT {
  private static final Path API = Path.of("../../job-api/target/millrace-job-api-exec.jar");
  private static final Path WORKER =
      Path.of("../../job-workers/target/millrace-job-workers-exec.jar");
  private static final Path MILLRACE = Path.of("target/millrace-exec.jar");

  /** A port where nobody listens: whoever connects before checking values hangs on it. */
  private static final String NOBODY = "127.0.0.1:1";

  private static final Installation INSTALLATION = Installation.create();

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @Test
  void jars_runAJobAndEndOnSigterm() throws Exception {
    int apiPort = freePort();
    try (JarProcess api = start(API, servers(apiPort));
        JarProcess worker = start(WORKER, servers(freePort()))) {
      Jobs jobs = new Jobs(URI.create("http://127.0.0.1:" + apiPort));
      await()
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .failFast(
              "a program ended",
              () -> {
                assertThat(api.isAlive()).as(api.output()).isTrue();
                assertThat(worker.isAlive()).as(worker.output()).isTrue();
              })
          .until(() -> jobs.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
      assertThat(
              jobs.request(
                      "PUT",
                      "/v1/datasets/jar.csv",
                      "a,b\n1,2\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                  .statusCode())
          .isEqualTo(201);
      String id = jobs.submit("dataset.profile", "{\"dataset\":\"jar.csv\"}");
      JsonNode status = jobs.succeeded(id);
      assertThat(status.path("attempt").asInt()).isEqualTo(1);
      assertThat(jobs.result(id).path("rows").asInt()).isEqualTo(1);
      assertThat(worker.terminate()).as(worker.output()).isIn(0, 143);
      assertThat(api.terminate()).as(api.output()).isIn(0, 143);
      assertThat(worker.output()).contains("worker has left").doesNotContain("\tat ");
      assertThat(api.output()).doesNotContain("\tat ");
    }
  }

  @Test
  void api_withoutDatabase_saysSoAndEnds() throws Exception {
    try (JarProcess api = start(API, Map.of("MILLRACE_KAFKA_BOOTSTRAP_SERVERS", NOBODY))) {
      assertRefused(api, "millrace.database.url is not set; set it to jdbc:postgresql://");
    }
  }

  @Test
  void api_withAValueOutOfRange_saysSoBeforeItConnects() throws Exception {
    try (JarProcess api = start(API, unreachable("MILLRACE_INTAKE_CAPACITY", "0"))) {
      assertRefused(api, "millrace.intake.capacity is 0; it must be 1 to 1000000, because");
    }
  }

  @Test
  void worker_withAValueOutOfRange_saysSoBeforeItConnects() throws Exception {
    try (JarProcess worker = start(WORKER, unreachable("MILLRACE_WORKER_LEASE", "1ms"))) {
      assertRefused(worker, "millrace.worker.lease is PT0.001S; it must be PT2S to PT10M, because");
    }
  }

  @Test
  void millraceUp_withAValueOutOfRange_saysOneSentence() throws Exception {
    try (JarProcess up = up("millrace.worker.lease=1ms")) {
      assertThat(up.exit()).as(up.output()).isEqualTo(2);
      assertThat(up.output().lines())
          .singleElement()
          .asString()
          .startsWith("millrace.worker.lease is PT0.001S; it must be PT2S to PT10M, because");
    }
  }

  @Test
  void millraceUp_withAValueThatIsNone_namesItsKey() throws Exception {
    try (JarProcess up = up("millrace.worker.lease=soon")) {
      assertThat(up.exit()).as(up.output()).isEqualTo(2);
      assertThat(up.output()).contains("millrace.worker.lease", "soon").doesNotContain("\tat ");
    }
  }

  private static JarProcess up(String setting) {
    return JarProcess.start(
        INSTALLATION.data(),
        MILLRACE,
        unreachable("MILLRACE_DATA", INSTALLATION.data().resolve("up").toString()),
        "up",
        "--worker",
        "--port=0",
        "--set=" + setting);
  }

  private static void assertRefused(JarProcess program, String sentence)
      throws InterruptedException {
    assertThat(program.exit()).as(program.output()).isNotZero();
    assertThat(program.output())
        .contains(sentence)
        .doesNotContain("\tat ", "Exception", "io.millrace.");
  }

  private static JarProcess start(Path jar, Map<String, String> environment) {
    return JarProcess.start(INSTALLATION.data(), jar, environment);
  }

  private static Map<String, String> servers(int port) {
    LocalStack stack = INSTALLATION.stack();
    return Map.of(
        "MILLRACE_DATABASE_URL", stack.jdbcUrl(),
        "MILLRACE_DATABASE_USERNAME", stack.username(),
        "MILLRACE_DATABASE_PASSWORD", stack.password(),
        "MILLRACE_KAFKA_BOOTSTRAP_SERVERS", stack.bootstrapServers(),
        "MILLRACE_DATASETS_ROOT", Stored.datasetRoot(INSTALLATION).toString(),
        "MILLRACE_WORKER_DRAIN", "2s",
        "SERVER_PORT", String.valueOf(port));
  }

  private static Map<String, String> unreachable(String key, String value) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MILLRACE_DATABASE_URL", "jdbc:postgresql://" + NOBODY + "/millrace");
    environment.put("MILLRACE_KAFKA_BOOTSTRAP_SERVERS", NOBODY);
    environment.put("SERVER_PORT", "0");
    environment.put(key, value);
    return environment;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
