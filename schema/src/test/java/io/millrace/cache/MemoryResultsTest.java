package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.CachedResult;
import io.millrace.runtime.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryResultsTest {
  private long nanos;
  private final List<CachedResult> evicted = new ArrayList<>();
  private final MemoryResults memory =
      new MemoryResults(
          new Time() {
            @Override
            public long nanos() {
              return nanos;
            }

            @Override
            public Instant now() {
              return Instant.EPOCH.plusNanos(nanos);
            }
          },
          () -> Instant.EPOCH.plusNanos(nanos),
          evicted::add);

  private static CachedResult result(int number, String json, long lifeSeconds) {
    return new CachedResult(
        "%064x".formatted(number),
        "t",
        "echo",
        new UUID(0, number),
        Instant.EPOCH,
        Instant.EPOCH.plusSeconds(lifeSeconds),
        1,
        json);
  }

  private boolean has(int number) {
    String key = "%064x".formatted(number);
    return memory.find(List.of(key)).containsKey(key);
  }

  @Test
  void find_afterAMinute_isGoneButNotAllAtOnce() {
    IntStream.range(0, 500).forEach(i -> memory.keep(result(i, "1", 3_600)));
    Set<Long> sizes = new TreeSet<>();
    for (int second = 50; second <= 70; second++) {
      nanos = second * 1_000_000_000L;
      sizes.add(IntStream.range(0, 500).filter(this::has).count());
    }
    assertThat(sizes).startsWith(0L).endsWith(500L).hasSizeGreaterThan(8);
  }

  @Test
  void find_expired_isGone() {
    memory.keep(result(1, "1", 5));
    nanos = 4_000_000_000L;
    assertThat(has(1)).isTrue();
    nanos = 5_000_000_001L;
    assertThat(has(1)).isFalse();
  }

  @Test
  void keep_moreThanFits_evicts() {
    IntStream.range(0, 3 * MemoryResults.MOST).forEach(i -> memory.keep(result(i, "1", 3_600)));
    assertThat(memory.size()).isLessThanOrEqualTo(MemoryResults.MOST);
    assertThat(evicted).hasSizeGreaterThanOrEqualTo(2 * MemoryResults.MOST);
  }

  @Test
  void keep_largeResults_isBoundedByTheirSize() {
    String large = "x".repeat(200_000);
    IntStream.range(0, 200).forEach(i -> memory.keep(result(i, large, 3_600)));
    assertThat(memory.size()).isLessThanOrEqualTo(40);
  }
}
