package io.millrace.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceLoopTest {
  @Test
  void rest_readingOfAnyLength_takesATenthOfTheTimeWithinBounds() {
    assertThat(restAfter(0)).isEqualTo(Duration.ofMillis(20));
    assertThat(restAfter(2)).isEqualTo(Duration.ofMillis(20));
    assertThat(restAfter(10)).isEqualTo(Duration.ofMillis(90));
    assertThat(restAfter(1_000)).isEqualTo(Duration.ofMillis(200));
  }

  private static Duration restAfter(long millis) {
    return PaceLoop.rest(Duration.ofMillis(millis).toNanos());
  }
}
