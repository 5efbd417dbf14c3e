package io.millrace.ops.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final StringWriter written = new StringWriter();
  private long now;

  @Test
  void progress_noTerminal_printsBeginAndEndOnly() {
    ConsoleProgress progress = progress(Terminal.file());
    progress.begin("drain, warm-up", 1000);
    for (int i = 1; i <= 1000; i++) {
      passMillis(2);
      progress.at(i);
    }
    progress.end();

    assertThat(written.toString().lines())
        .containsExactly("drain, warm-up …", "drain, warm-up: 1,000 in 2.0 s, 500/s");
  }

  @Test
  void progress_terminal_redrawsAtMostFourTimesASecond() {
    ConsoleProgress progress = progress(new Terminal(true, 100));
    progress.begin("drain", 1000);
    for (int i = 1; i <= 500; i++) {
      passMillis(2);
      progress.at(i);
    }

    String[] drawn = written.toString().split("\r\033\\[K", -1);
    assertThat(drawn).hasSize(1 + 1 + 4);
    assertThat(drawn[5]).contains("500/1,000").contains("500/s").endsWith("1.0 s left");
  }

  @Test
  void progress_steps_haveNeitherCountNorRate() {
    ConsoleProgress file = progress(Terminal.file());
    file.beginSteps("ramp, 10/s", 20);
    passMillis(20_000);
    file.end();
    ConsoleProgress terminal = progress(new Terminal(true, 100));
    terminal.beginSteps("ramp", 20);
    passMillis(5_000);
    terminal.at(5);

    assertThat(written.toString()).contains("ramp, 10/s: 20.0 s\n").endsWith("  15.0 s left");
  }

  @Test
  void leave_inTheMiddle_saysNothingOfAnEnd() {
    ConsoleProgress progress = progress(Terminal.file());
    progress.begin("drain", 10);
    progress.leave();
    progress.end();

    assertThat(written.toString().lines()).containsExactly("drain …");
  }

  @Test
  void at_moreThanTheTotal_isTheTotal() {
    ConsoleProgress progress = progress(new Terminal(true, 100));
    progress.begin("drain", 10);
    passMillis(1000);
    progress.at(99);

    assertThat(written.toString()).contains("10/10");
  }

  private ConsoleProgress progress(Terminal terminal) {
    return new ConsoleProgress(new PrintWriter(written), terminal, () -> now);
  }

  private void passMillis(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
