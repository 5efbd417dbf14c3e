package io.millrace.ops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void linear_ticks_areRoundAndCoverTheMost() {
    Axis axis = Axis.linear(43_210, 0, 100);

    assertThat(axis.ticks()).containsExactly(0.0, 10_000.0, 20_000.0, 30_000.0, 40_000.0, 50_000.0);
    assertThat(axis.place(25_000)).isEqualTo(50);
  }

  @Test
  void linear_nothing_isStillAnAxis() {
    assertThat(Axis.linear(0, 0, 100).ticks()).hasSizeGreaterThan(1);
  }

  @Test
  void logarithmic_equalFactors_areEqualDistances() {
    Axis axis = Axis.logarithmic(0.1, 1000, 0, 100);

    assertThat(axis.ticks()).hasSize(5);
    assertThat(axis.place(10)).isEqualTo(50);
    assertThat(axis.place(0.001)).isZero();
  }

  @Test
  void logarithmic_fewDecades_hasTicksBetween() {
    assertThat(Axis.logarithmic(0.9, 11, 0, 100).ticks()).containsExactly(1.0, 2.0, 5.0, 10.0);
  }
}
