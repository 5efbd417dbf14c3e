package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.UpSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
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
      }
    }
  }
}
