package io.millrace.ops.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.Progress;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsCaseIT {
  @TempDir Path folder;

  @Test
  void runs_small_measuresNodesAndTheirHandOver() throws Exception {
    RunsCase.Sizes sizes =
        new RunsCase.Sizes(
            500,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            new RunsCase.Steady(60, Duration.ofSeconds(1)));
    RunsCase.Kind kind = new RunsCase.Kind("runs-small", new RunShape(new int[] {1, 4, 1}));
    List<Measurement> measured =
        new RunsCase(kind, sizes).run(new BenchRun(folder, true, 1, new Silent()));

    Measurement runs = measured.getFirst();
    assertThat(runs.faults()).isEmpty();
    assertThat(runs.caseName()).isEqualTo("runs-small");
    assertThat(runs.figures())
        .extracting(Figure::id)
        .containsExactly(
            "plain-per-second",
            "runs-per-second",
            "nodes-per-second",
            "share-of-plain",
            "hand-over-p50",
            "hand-over-p99");
    assertThat(runs.figures()).allSatisfy(f -> assertThat(f.value()).as(f.id()).isPositive());
    assertThat(runs.costs()).containsKeys("transactions", "wal-bytes", "allocated-bytes");
  }

  private static final class Silent implements Progress {
    @Override
    public void begin(String what, long most) {}

    @Override
    public void at(long done) {}

    @Override
    public void end() {}
  }
}
