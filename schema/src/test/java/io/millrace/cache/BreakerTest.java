package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private final Clock clock = new Clock();
  private final Breaker breaker = new Breaker(clock, new Random(1));

  private static final class Clock implements Time {
    private Duration passed = Duration.ZERO;

    @Override
    public Instant now() {
      return Instant.EPOCH.plus(passed);
    }

    @Override
    public long nanos() {
      // Close to the overflow, as System.nanoTime() may be.
      return Long.MAX_VALUE - 5 + passed.toNanos();
    }

    void advance(Duration by) {
      passed = passed.plus(by);
    }
  }

  @Test
  void failed_oneLessThanTheThreshold_staysClosed() {
    fail(Breaker.THRESHOLD - 1);
    assertThat(breaker.isClosed()).isTrue();
    assertThat(breaker.trouble()).isNull();
  }

  @Test
  void failed_withASuccessBetween_countsFromTheStart() {
    fail(Breaker.THRESHOLD - 1);
    breaker.called();
    fail(Breaker.THRESHOLD - 1);
    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void failed_atTheThreshold_opensForOneToFiveSeconds() {
    fail(Breaker.THRESHOLD);
    assertThat(breaker.isClosed()).isFalse();
    assertThat(breaker.trouble()).isEqualTo("refused");
    clock.advance(Breaker.SHORTEST_OPEN.minusNanos(1));
    assertThat(breaker.isHalfOpen()).isFalse();
    clock.advance(Breaker.LONGEST_OPEN.minus(Breaker.SHORTEST_OPEN).plusNanos(1));
    assertThat(breaker.isHalfOpen()).isTrue();
  }

  @Test
  void open_lateOutcomesOfOlderCalls_changeNothing() {
    fail(Breaker.THRESHOLD);
    breaker.called();
    breaker.failed("late");
    assertThat(breaker.isClosed()).isFalse();
    assertThat(breaker.trouble()).isEqualTo("refused");
  }

  @Test
  void halfOpen_isStillShutToCallers() {
    fail(Breaker.THRESHOLD);
    clock.advance(Breaker.LONGEST_OPEN);
    assertThat(breaker.isHalfOpen()).isTrue();
    assertThat(breaker.isClosed()).isFalse();
  }

  @Test
  void halfOpen_probeWentWell_closesAndForgetsFailures() {
    fail(Breaker.THRESHOLD);
    clock.advance(Breaker.LONGEST_OPEN);
    breaker.probed(null);
    assertThat(breaker.isClosed()).isTrue();
    assertThat(breaker.trouble()).isNull();
    assertThat(breaker.isHalfOpen()).isFalse();
    fail(Breaker.THRESHOLD - 1);
    assertThat(breaker.isClosed()).isTrue();
    fail(1);
    assertThat(breaker.isClosed()).isFalse();
  }

  @Test
  void halfOpen_probesFail_opensAgainNeverForLongerThanTheBound() {
    fail(Breaker.THRESHOLD);
    for (int i = 0; i < 100; i++) {
      clock.advance(Breaker.LONGEST_OPEN);
      assertThat(breaker.isHalfOpen()).isTrue();
      breaker.probed("still " + i);
      assertThat(breaker.trouble()).isEqualTo("still " + i);
      clock.advance(Breaker.SHORTEST_OPEN.minusNanos(1));
      assertThat(breaker.isHalfOpen()).isFalse();
    }
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed("refused");
    }
  }
}
