package io.millrace.ops.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SoakPlanTest {
  @Test
  void readings_ofAnHour_areOneAMinuteAndEndUnderLoad() {
    SoakPlan plan = SoakPlan.ofMinutes(60, 200);

    assertThat(plan.early()).isEqualTo(Duration.ofMinutes(12));
    assertThat(plan.readings())
        .hasSize(60)
        .isSorted()
        .contains(plan.early())
        .endsWith(Duration.ofMinutes(59), Duration.ofSeconds(3_599));
  }

  @Test
  void readings_earlyBetweenTwo_isOneOfItsOwn() {
    assertThat(SoakPlan.ofMinutes(1, 1).readings())
        .containsExactly(Duration.ofSeconds(12), Duration.ofSeconds(59));
  }

  @Test
  void connections_ofTheUsualRate_areFewerThanTheFilesThatMayBeMore() {
    assertThat(SoakPlan.ofMinutes(60, 200).connections()).isEqualTo(20);
    assertThat(SoakPlan.ofMinutes(60, 5_000).connections()).isEqualTo(116);
  }

  @Test
  void plan_tooShort_isRefused() {
    assertThatThrownBy(() -> new SoakPlan(Duration.ofSeconds(4), 1, Duration.ofSeconds(1)))
        .hasMessageContaining("must be at least PT5S");
  }
}
