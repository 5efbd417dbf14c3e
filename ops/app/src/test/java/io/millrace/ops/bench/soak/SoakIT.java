package io.millrace.ops.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.suite.ConsoleProgress;
import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SoakIT {
  @Test
  void soak_short_losesNothingAndLeavesNoProcess() throws Exception {
    StringWriter told = new StringWriter();
    PrintWriter out = new PrintWriter(told, true);
    SoakPlan plan = new SoakPlan(Duration.ofSeconds(8), 20, Duration.ofSeconds(3));

    boolean passed = new Soak(plan, new ConsoleProgress(out, Terminal.file()), out, out).run();

    assertThat(passed).as(told.toString()).isTrue();
    assertThat(told.toString())
        .contains("160 of 160 accepted jobs are in a final state: SUCCEEDED 152, FAILED 8")
        .contains("all invariants hold")
        .contains("0:00:03")
        .contains("not judged")
        .contains("The soak passed.");
    assertThat(ProcessHandle.current().descendants().filter(SoakIT::isHost)).isEmpty();
  }

  private static boolean isHost(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("BenchHost");
  }
}
