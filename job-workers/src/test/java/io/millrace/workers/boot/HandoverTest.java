package io.millrace.workers.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.boot.NotInQuarantine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandoverTest {
  @Test
  void handover_anyText_arrivesAsItWas() throws IOException {
    String secret = "p\u00e4ss\nword = \u0000 " + "x".repeat(100_000);
    Handover given =
        new Handover(List.of("a.B", "c.D"), Map.of("k", secret, "empty", ""), Map.of("s", "1"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    given.write(new DataOutputStream(bytes));
    Handover got =
        Handover.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(got).isEqualTo(given);
  }

  @Test
  void handover_startedByHand_isRefused() {
    byte[] typed = "hello, is anybody there\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Handover.read(new DataInputStream(new ByteArrayInputStream(typed))))
        .hasMessageContaining("started by a worker");
  }

  @Test
  void adapted_keepsWhatTheWorkerIs_andNotItsPortItsPoolsAndItsLog() {
    Map<String, String> adapted =
        QuarantineLauncher.adapted(
            Map.of(
                "millrace.database.password", "secret",
                "millrace.worker.lease", "3s",
                "millrace.worker.drain", "25s",
                "millrace.worker.cpu-threads", "16",
                "millrace.database.connections", "30",
                "server.port", "8081",
                "logging.file.name", "/var/log/worker.log"),
            "w/quarantine-1");
    assertThat(adapted)
        .containsEntry("millrace.database.password", "secret")
        .containsEntry("millrace.worker.lease", "3s")
        .containsEntry("millrace.worker.name", "w/quarantine-1")
        .containsEntry("millrace.worker.drain", "0s")
        .containsEntry("millrace.worker.cpu-threads", "1")
        .containsEntry("millrace.database.connections", "7")
        .containsEntry("logging.file.name", "/var/log/worker-quarantine.log")
        .containsEntry(NotInQuarantine.SWITCH, "true")
        .doesNotContainKey("server.port");
  }

  @Test
  void ending_ofASignal_namesIt() {
    assertThat(QuarantineProcess.meaning(137)).isEqualTo(" (SIGKILL)");
    assertThat(QuarantineProcess.meaning(134)).isEqualTo(" (SIGABRT)");
    assertThat(QuarantineProcess.meaning(3)).isEqualTo(" (out of memory)");
    assertThat(QuarantineProcess.meaning(1)).isEmpty();
  }
}
