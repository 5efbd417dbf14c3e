package io.millrace.workers.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Rests<String> rests = new Rests<>();

  @Test
  void isOver_neverLookedAt_isTrue() {
    assertThat(rests.isOver("a", Long.MIN_VALUE)).isTrue();
  }

  @Test
  void isOver_afterALookInVain_waitsTwentyTimesItsLength() {
    rests.foundNothing("a", SECOND, 0);
    assertThat(rests.isOver("a", SECOND.toNanos() * 20 - 1)).isFalse();
    assertThat(rests.isOver("a", SECOND.toNanos() * 20)).isTrue();
    assertThat(rests.isOver("b", 0)).isTrue();
  }

  @Test
  void isOver_afterAFind_isTrueAtOnce() {
    rests.foundNothing("a", SECOND, 0);
    rests.found("a");
    assertThat(rests.isOver("a", 1)).isTrue();
  }
}
