package io.millrace.ops.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.load.Allowance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteadyFlowTest {
  private final List<String> told = new ArrayList<>();

  private SteadyFlow flow(Duration warmUp, Duration window) {
    return new SteadyFlow(10, warmUp, window, 7, () -> told.add("begin"), () -> told.add("end"));
  }

  @Test
  void take_unfinishedAtTheBound_waitsUntilSomeHaveFinished() {
    SteadyFlow flow = flow(Duration.ofHours(1), Duration.ofHours(1));
    assertThat(flow.take(128)).isEqualTo(10);
    assertThat(flow.take(128)).isZero();
    assertThat(flow.look(7 + 4)).isZero();
    assertThat(flow.take(3)).isEqualTo(3);
    assertThat(flow.take(128)).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  @Test
  void look_windowOver_countsWhatFinishedInIt() {
    SteadyFlow flow = flow(Duration.ZERO, Duration.ZERO);
    assertThat(flow.take(10)).isEqualTo(10);
    flow.look(7 + 2);
    assertThat(told).containsExactly("begin");
    flow.look(7 + 8);
    assertThat(told).containsExactly("begin", "end");
    assertThat(flow.finished()).isEqualTo(6);
    assertThat(flow.rate()).isPositive();
    assertThat(flow.take(10)).isEqualTo(Allowance.NO_MORE);
    flow.look(7 + 9);
    assertThat(flow.finished()).isEqualTo(6);
  }
}
