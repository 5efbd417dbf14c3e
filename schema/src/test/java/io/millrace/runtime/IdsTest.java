package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {
  private static final Instant NOON = Instant.parse("2026-07-01T12:00:00.123Z");

  @Test
  void next_manyAtOnce_increasesInPostgresOrderToo() {
    Ids ids = new Ids();
    List<UUID> made = Stream.generate(ids::next).limit(50_000).toList();
    assertThat(made).isSorted().doesNotHaveDuplicates();
    // PostgreSQL compares a uuid's bytes unsigned, as its text sorts; Java compares signed longs.
    assertThat(made.stream().map(UUID::toString)).isSorted();
  }

  @Test
  void next_fromManyThreads_increasesForEachAndNeverRepeats() {
    Ids ids = new Ids();
    List<List<UUID>> made =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> Stream.generate(ids::next).limit(50_000).toList(),
                        task -> Thread.ofPlatform().start(task)))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    assertThat(made).allSatisfy(ofOneThread -> assertThat(ofOneThread).isSorted());
    assertThat(made.stream().flatMap(List::stream).distinct().count()).isEqualTo(200_000);
  }

  @Test
  void next_isVersion7OfTheCommonVariant() {
    UUID id = new Ids(at(NOON)).next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(Ids.timeOf(id)).isEqualTo(NOON);
  }

  @Test
  void next_clockSetBack_stillIncreases() {
    List<Instant> clock =
        new ArrayList<>(List.of(NOON, NOON.plusMillis(5), NOON.minusSeconds(3600), NOON));
    Ids ids = new Ids(ticking(clock));
    List<UUID> made = Stream.generate(ids::next).limit(4).toList();
    assertThat(made).isSorted().doesNotHaveDuplicates();
    assertThat(Ids.timeOf(made.getLast())).isEqualTo(NOON.plusMillis(5));
  }

  @Test
  void lowest_boundsTheIdsOfItsMillisecondFromBelow() {
    UUID id = new Ids(at(NOON)).next();
    UUID before = new Ids(at(NOON.minusMillis(1))).next();
    assertThat(Ids.lowest(NOON)).isLessThanOrEqualTo(id).isGreaterThan(before);
    assertThat(Ids.lowest(NOON.plusMillis(1))).isGreaterThan(id);
    assertThat(Ids.lowest(NOON)).hasToString("019f1d8c-e27b-7000-8000-000000000000");
    assertThat(Ids.lowest(NOON).version()).isEqualTo(7);
  }

  @Test
  void timeOf_lowest_isItsMillisecond() {
    Instant last = Instant.ofEpochMilli((1L << 48) - 1);
    assertThat(Ids.timeOf(Ids.lowest(Instant.EPOCH))).isEqualTo(Instant.EPOCH);
    assertThat(Ids.timeOf(Ids.lowest(NOON.plusNanos(999_999)))).isEqualTo(NOON);
    assertThat(Ids.timeOf(Ids.lowest(last))).isEqualTo(last);
  }

  private static Time at(Instant instant) {
    return ticking(new ArrayList<>(List.of(instant)));
  }

  /** Shows one time after the other, and the last one from then on. */
  private static Time ticking(List<Instant> times) {
    return new Time() {
      @Override
      public Instant now() {
        return times.size() > 1 ? times.removeFirst() : times.getFirst();
      }

      @Override
      public long nanos() {
        throw new UnsupportedOperationException();
      }
    };
  }
}
