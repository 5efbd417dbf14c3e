package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace up} in a process of its own, whose servers are killed under it. */
class EmbeddedServersIT {
  @TempDir Path data;

  @Test
  void postgresKilled_isStartedAgainAndJobsRun() throws Exception {
    try (ChildProcess up = ChildProcess.start(data, Installation.QUICK, "up", "--port=0")) {
      await()
          .atMost(Duration.ofSeconds(90))
          .failFast("ended", () -> assertThat(up.isAlive()).as(up.output()).isTrue())
          .until(() -> up.output().contains("Millrace is up"));
      Jobs jobs = new Jobs(up.url());
      String before = jobs.submit("sleep", "{\"millis\": 3000}");
      jobs.awaitState(before, "RUNNING");

      ProcessHandle.of(postmaster()).orElseThrow().destroyForcibly();

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(jobs.submitRaw("{\"type\":\"echo\"}").statusCode()).isEqualTo(202));
      assertThat(jobs.succeeded(before).path("attempt").asInt()).isEqualTo(1);
      assertThat(up.terminate()).as(up.output()).isIn(0, 143);
    }
    assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  private long postmaster() throws Exception {
    List<String> lines = Files.readAllLines(data.resolve("postgres/data/postmaster.pid"));
    return Long.parseLong(lines.getFirst().strip());
  }
}
