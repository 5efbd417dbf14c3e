package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.UpSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A worker whose Kafka is not in order is not ready, and says why. */
class ReadinessIT {
  @Test
  void workerWithoutKafka_isNotReadyAndSaysWhy() throws Exception {
    try (Installation installation = Installation.create()) {
      Map<String, String> properties = new HashMap<>(Installation.QUICK);
      properties.put("millrace.kafka.bootstrap-servers", "127.0.0.1:1");
      UpSettings settings = new UpSettings(installation.data(), 0, Set.of(Role.WORKER), properties);
      try (Millrace worker = Millrace.start(settings)) {
        Jobs health = new Jobs(Objects.requireNonNull(worker.url()));
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () -> {
                  HttpResponse<String> answer = health.get("/actuator/health/readiness");
                  assertThat(answer.statusCode()).isEqualTo(503);
                  assertThat(answer.body()).contains("start-up check failed");
                });
        assertThat(health.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        checkProbes(health);
        checkTaken(settings, Objects.requireNonNull(worker.url()).getPort());
      }
    }
  }

  /** A worker has no web server; what it serves is what Spring Boot's actuator would. */
  private static void checkProbes(Jobs probes) throws Exception {
    HttpResponse<String> all = probes.get("/actuator/health");
    assertThat(all.statusCode()).isEqualTo(503);
    assertThat(Jobs.json(all).path("status").asString()).isEqualTo("OUT_OF_SERVICE");
    assertThat(
            Jobs.json(all).path("components").path("millraceWorker").path("details").has("leads"))
        .isTrue();
    HttpResponse<String> part = probes.get("/actuator/health/readiness/millraceWorker");
    assertThat(part.statusCode()).isEqualTo(503);
    assertThat(Jobs.json(part).path("status").asString()).isEqualTo("OUT_OF_SERVICE");
    assertThat(probes.get("/actuator/health/millraceWorkerLoops").statusCode()).isEqualTo(200);
    HttpResponse<String> metrics = probes.get("/actuator/prometheus");
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(metrics.body())
        .contains("millrace_jobs_running 0", "jvm_memory_used_bytes", "process_cpu_usage");
    for (String unknown : List.of("/", "/actuator/env", "/actuator/health/unknown", "/v1/jobs")) {
      assertThat(probes.get(unknown).statusCode()).as(unknown).isEqualTo(404);
    }
  }

  private static void checkTaken(UpSettings first, int port) {
    UpSettings second = new UpSettings(first.data(), port, first.roles(), first.properties());
    assertThatThrownBy(() -> Millrace.start(second))
        .rootCause()
        .hasMessageContaining("Port " + port + " is taken");
  }
}
