package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration MAX = Duration.ofSeconds(5);
  private static final RandomGenerator LOWEST = () -> 0L;

  @Test
  void next_lowestDraw_isHalfOfTheDoublingBound() {
    assertThat(millis(new Backoff(FIRST, MAX, LOWEST), 9))
        .containsExactly(25L, 50L, 100L, 200L, 400L, 800L, 1_600L, 2_500L, 2_500L);
  }

  @Test
  void next_anyDraw_liesBetweenHalfTheBoundAndTheBound() {
    for (int run = 0; run < 200; run++) {
      List<Long> waits = millis(new Backoff(FIRST, MAX), 40);
      for (int i = 0; i < waits.size(); i++) {
        long bound = Math.min(5_000, 50L << Math.min(i, 20));
        assertThat(waits.get(i)).isBetween(bound / 2, bound);
      }
    }
  }

  @Test
  void reset_afterFailures_startsOver() {
    Backoff backoff = new Backoff(FIRST, MAX, LOWEST);
    millis(backoff, 5);
    assertThat(backoff.failures()).isEqualTo(5);
    backoff.reset();
    assertThat(backoff.failures()).isZero();
    assertThat(backoff.next()).hasMillis(25);
  }

  @Test
  void new_boundsUpsideDownOrZero_areLifted() {
    assertThat(millis(new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), LOWEST), 2))
        .containsExactly(1_000L, 1_000L);
    assertThat(millis(new Backoff(Duration.ZERO, Duration.ofMillis(8), LOWEST), 5))
        .containsExactly(0L, 1L, 2L, 4L, 4L);
  }

  /** A source bound to the thread that made it would give both fresh threads the same waits. */
  @Test
  void next_usedOnOtherThreadsThanMadeOn_differsBetweenThem() {
    Executor freshThread = task -> Thread.ofPlatform().start(task);
    Backoff one = new Backoff(FIRST, MAX);
    Backoff two = new Backoff(FIRST, MAX);
    List<Long> first = CompletableFuture.supplyAsync(() -> millis(one, 30), freshThread).join();
    List<Long> second = CompletableFuture.supplyAsync(() -> millis(two, 30), freshThread).join();
    assertThat(first).isNotEqualTo(second);
  }

  private static List<Long> millis(Backoff backoff, int count) {
    return Stream.generate(() -> backoff.next().toMillis()).limit(count).toList();
  }
}
