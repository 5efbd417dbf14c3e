package io.millrace.ops.bench.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartUpCaseTest {
  @Test
  void median_evenAndOdd_isInTheMiddle() {
    assertThat(StartUpCase.median(3, 1, 2)).isEqualTo(2);
    assertThat(StartUpCase.median(4, 1)).isEqualTo(2.5);
  }
}
