package io.millrace.ops.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.client.JobStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ProgressLineTest {
  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  @Test
  void show_noTerminal_printsOneLineForEachChange() {
    ProgressLine progress = new ProgressLine(out, Terminal.file());
    progress.show(status("READY", null, ""));
    progress.show(status("READY", null, ""));
    progress.show(status("RUNNING", 0.421, "421,000 rows"));
    progress.show(status("RUNNING", 0.4211, "421,000 rows"));
    progress.show(status("SUCCEEDED", 1.0, "1,000,000 rows"));
    progress.end();

    assertThat(written.toString().lines())
        .containsExactly("READY", "RUNNING 42%  421,000 rows", "SUCCEEDED 100%  1,000,000 rows");
  }

  @Test
  void show_terminal_redrawsOneLineThatFits() {
    ProgressLine progress = new ProgressLine(out, new Terminal(true, 60));
    progress.show(status("RUNNING", 0.5, "half of it, and a message that goes on and on and on"));
    progress.show(status("RUNNING", 0.999, "nearly"));
    progress.end();
    progress.end();

    String[] drawn = written.toString().split("\r\033\\[K", -1);
    assertThat(drawn).hasSize(3);
    assertThat(drawn[1]).startsWith("RUNNING    ████████████ ···········  50%  half").endsWith("…");
    assertThat(Cells.width(drawn[1])).isEqualTo(59);
    assertThat(drawn[2]).contains("99%  nearly").endsWith(System.lineSeparator());
    assertThat(written.toString().lines().count()).isEqualTo(1 + 2);
  }

  private static JobStatus status(String state, @Nullable Double fraction, String message) {
    String progress =
        fraction == null
            ? ""
            : ",\"progress\":{\"fraction\":" + fraction + ",\"message\":\"" + message + "\"}";
    return new JobStatus(
        JsonMapper.shared()
            .readTree("{\"state\":\"" + state + "\",\"attempt\":1" + progress + "}"));
  }
}
