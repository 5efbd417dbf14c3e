package io.millrace.ops.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.Progress;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainCaseIT {
  @TempDir Path folder;

  @Test
  void drain_small_measuresAllJobsAndLeavesNoProcess() throws Exception {
    Told told = new Told();
    List<Measurement> measured =
        new DrainCase(new DrainCase.Sizes(2_000, 500, 1)).run(new BenchRun(folder, true, 1, told));

    assertThat(measured).hasSize(1);
    Measurement drain = measured.getFirst();
    assertThat(drain.faults()).isEmpty();
    assertThat(drain.caseName()).isEqualTo("drain");
    assertThat(drain.system()).isEqualTo(Measurement.MILLRACE);
    assertThat(drain.figures()).extracting(Figure::id).containsExactly("jobs-per-second");
    assertThat(drain.figures().getFirst().value()).isPositive();
    assertThat(drain.series().getFirst().points().stream().mapToDouble(p -> p.value()).sum())
        .isEqualTo(2_000);
    assertThat(drain.costs())
        .containsOnlyKeys(
            "transactions",
            "wal-bytes",
            "wal-fsyncs",
            "kafka-produce-requests",
            "kafka-fetch-requests",
            "allocated-bytes",
            "cpu-millis")
        .allSatisfy((name, cost) -> assertThat(cost).as(name).isPositive());
    assertThat(told.unbalanced).isZero();
    assertThat(ProcessHandle.current().descendants().filter(DrainCaseIT::isHost)).isEmpty();
  }

  private static boolean isHost(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("BenchHost");
  }

  /** Counts begins that have not ended. */
  private static final class Told implements Progress {
    private int unbalanced;
    private long total;

    @Override
    public void begin(String what, long most) {
      assertThat(most).as(what).isPositive();
      unbalanced++;
      total = most;
    }

    @Override
    public void at(long done) {
      assertThat(done).isBetween(0L, total);
    }

    @Override
    public void end() {
      unbalanced--;
    }
  }
}
