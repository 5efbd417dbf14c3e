package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void spread_manyDraws_fillsTenPercentEitherWayAndNoMore() {
    Random random = new Random(42);
    var drawn =
        LongStream.range(0, 100_000)
            .map(i -> RedisJobCache.spread(Duration.ofSeconds(300), random))
            .summaryStatistics();
    assertThat(drawn.getMin()).isBetween(270_000L, 270_100L);
    assertThat(drawn.getMax()).isBetween(329_900L, 330_000L);
    assertThat(drawn.getAverage()).isBetween(299_500.0, 300_500.0);
  }

  @Test
  void spread_shortest_isNeverZero() {
    Random random = new Random(42);
    for (int i = 0; i < 1_000; i++) {
      assertThat(RedisJobCache.spread(Duration.ofSeconds(1), random)).isBetween(900L, 1_100L);
    }
  }
}
