package io.millrace.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTimesTest {
  private static final String BERLIN = "Europe/Berlin";

  /** Half an hour of change, not a whole one. */
  private static final String LORD_HOWE = "Australia/Lord_Howe";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 4 * * *       | 2026-01-01T00:00:00Z | 2026-01-01T04:30:00Z 2026-01-02T04:30:00Z",
        "15 30 4 * * *    | 2026-01-01T00:00:00Z | 2026-01-01T04:30:15Z 2026-01-02T04:30:15Z",
        "*/20 * * * *     | 2026-01-01T00:20:00Z | 2026-01-01T00:40:00Z 2026-01-01T01:00:00Z",
        "* * * * * *      | 2026-01-01T00:00:00.7Z | 2026-01-01T00:00:01Z 2026-01-01T00:00:02Z",
        "0 9 * * MON-FRI  | 2026-01-02T09:00:00Z | 2026-01-05T09:00:00Z 2026-01-06T09:00:00Z",
        "0 0 * * 0        | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z 2026-01-11T00:00:00Z",
        "0 0 * * 7        | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z 2026-01-11T00:00:00Z",
        "0 0 13 * 5       | 2026-01-05T00:00:00Z | 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z",
        "0 0 L * *        | 2026-01-01T00:00:00Z | 2026-01-31T00:00:00Z 2026-02-28T00:00:00Z",
        "0 0 * * 1#2      | 2026-01-01T00:00:00Z | 2026-01-12T00:00:00Z 2026-02-09T00:00:00Z",
        "0 0 29 2 *       | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z 2032-02-29T00:00:00Z",
        "5/15 1 1 JAN *   | 2026-01-01T01:00:00Z | 2026-01-01T01:05:00Z 2026-01-01T01:20:00Z",
      })
  void next_inUtc(String cron, String after, String expected) {
    assertInstants(cron, "UTC", after, expected);
  }

  /** Berlin: 02:00 to 03:00 is skipped on 2026-03-29, and comes twice on 2026-10-25. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Named hours. A skipped time fires at the end of the gap, 03:00 there.
        "30 2 * * *    | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z",
        "*/15 2 * * *  | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:00:00Z",
        "0,30 2-3 * * * | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z",
        "0 */2 * * *   | 2026-03-28T23:00:00Z | 2026-03-29T01:00:00Z 2026-03-29T02:00:00Z",
        // A time that comes twice fires the first time.
        "30 2 * * *    | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z",
        "0,30 2 * * *  | 2026-10-24T12:00:00Z | 2026-10-25T00:00:00Z 2026-10-25T00:30:00Z",
        "0,30 2 * * *  | 2026-10-25T00:30:00Z | 2026-10-26T01:00:00Z 2026-10-26T01:30:00Z",
        "30 2 * * *    | 2026-10-25T01:10:00Z | 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z",
        "*/20 30 2 * * * | 2026-10-25T00:30:40Z | 2026-10-26T01:30:00Z 2026-10-26T01:30:20Z",
        "0 2,3 * * *   | 2026-10-24T12:00:00Z | 2026-10-25T00:00:00Z 2026-10-25T02:00:00Z",
        // Every hour: as the clock on the wall goes.
        "*/30 * * * *  | 2026-03-29T00:30:00Z | 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z",
        "30 * * * *    | 2026-10-24T23:45:00Z | 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z",
        "0 * * * *     | 2026-10-25T00:00:00Z | 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z",
        "59 59 * * * * | 2026-03-29T00:00:00Z | 2026-03-29T00:59:59Z 2026-03-29T01:59:59Z",
      })
  void next_whereClocksChangeByAnHour(String cron, String after, String expected) {
    assertInstants(cron, BERLIN, after, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "15 2 * * *   | 2026-10-03T00:00:00Z | 2026-10-03T15:30:00Z 2026-10-04T15:15:00Z",
        "45 1 * * *   | 2026-04-04T00:00:00Z | 2026-04-04T14:45:00Z 2026-04-05T15:15:00Z",
        "*/15 * * * * | 2026-04-04T14:45:00Z | 2026-04-04T15:00:00Z 2026-04-04T15:15:00Z",
        "*/15 * * * * | 2026-10-03T15:15:00Z | 2026-10-03T15:30:00Z 2026-10-03T15:45:00Z",
      })
  void next_whereClocksChangeByHalfAnHour(String cron, String after, String expected) {
    assertInstants(cron, LORD_HOWE, after, expected);
  }

  /** Midnight itself was skipped there. */
  @Test
  void next_midnightSkipped_firesAtOne() {
    assertInstants(
        "0 0 * * *",
        "America/Sao_Paulo",
        "2018-11-03T12:00:00Z",
        "2018-11-04T03:00:00Z 2018-11-05T02:00:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * *         | UTC | CRON | cron has 4 fields",
        "''              | UTC | CRON | cron has 1 field",
        "* * * * * * *   | UTC | CRON | cron has 7 fields",
        "@daily x x x x  | UTC | CRON | cron cannot be read",
        "60 * * * *      | UTC | CRON | Value 60 not in range [0, 59]",
        "* 24 * * *      | UTC | CRON | Value 24 not in range [0, 23]",
        "*/0 * * * *     | UTC | CRON | Period 0 not in range",
        "5-1 * * * *     | UTC | CRON | Invalid range! [5,1]",
        "a b c d e       | UTC | CRON | cron cannot be read",
        "0 0 30 2 *      | UTC | CRON | never fires",
        "0 0 31 4,6,9,11 * | UTC | CRON | never fires",
        "0 0 29W 2 *     | UTC | CRON | cron cannot be read",
        "* * * * *       | Europe/Atlantis | ZONE | IANA",
        "* * * * *       | +02:00 | ZONE | IANA",
        "* * * * *       | CEST | ZONE | IANA",
      })
  void of_whatCannotBe_saysWhy(
      String cron, String zone, BadTimingException.Field field, String why) {
    assertThatThrownBy(() -> CronTimes.of(cron, zone))
        .isInstanceOfSatisfying(
            BadTimingException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(why);
  }

  /** Whatever instant one asks from, the same instants come: firing relies on it. */
  @Test
  void next_fromAnywhere_isOneIncreasingSeries() {
    long seed = 20_260_329;
    Random random = new Random(seed);
    String[] minutes = {"*", "0", "30", "*/7", "1,59", "10-20"};
    String[] hours = {"*", "2", "1-3", "*/2", "0,23", "3"};
    for (int round = 0; round < 120; round++) {
      String cron =
          minutes[random.nextInt(minutes.length)]
              + " "
              + hours[random.nextInt(hours.length)]
              + (random.nextBoolean() ? " * * *" : " * * 0,6");
      String zone = random.nextBoolean() ? BERLIN : LORD_HOWE;
      CronTimes times = CronTimes.of(cron, zone);
      Instant change =
          ZoneId.of(zone)
              .getRules()
              .nextTransition(
                  Instant.parse(
                      random.nextBoolean() ? "2026-02-01T00:00:00Z" : "2026-08-01T00:00:00Z"))
              .getInstant();
      Instant from = change.minus(Duration.ofHours(4));
      Instant until = change.plus(Duration.ofHours(4));
      List<Instant> series = until(times, from, until);
      assertThat(series).as(cron + " " + zone).isSorted().doesNotHaveDuplicates();
      for (int ask = 0; ask < 20; ask++) {
        Instant at = from.plusSeconds(random.nextInt(8 * 3600));
        assertThat(until(times, at, until))
            .as("seed %d: %s in %s after %s", seed, cron, zone, at)
            .isEqualTo(series.stream().filter(i -> i.isAfter(at)).toList());
      }
      if (cron.split(" ")[1].equals("*")) {
        assertThat(series)
            .as("seed %d: %s in %s follows the wall", seed, cron, zone)
            .isEqualTo(onTheWall(cron, zone, from, until));
      }
    }
  }

  private static List<Instant> until(CronTimes times, Instant from, Instant until) {
    List<Instant> found = new ArrayList<>();
    Instant next = times.next(from).orElseThrow();
    while (next.isBefore(until)) {
      found.add(next);
      next = times.next(next).orElseThrow();
    }
    return found;
  }

  /** Every minute whose local time the expression names, found by looking at each. */
  private static List<Instant> onTheWall(String cron, String zone, Instant from, Instant until) {
    CronTimes plain = CronTimes.of(cron, "UTC");
    return Stream.iterate(from.plusSeconds(60), i -> i.isBefore(until), i -> i.plusSeconds(60))
        .filter(
            i -> {
              Instant asUtc = i.atZone(ZoneId.of(zone)).toLocalDateTime().toInstant(ZoneOffset.UTC);
              return plain.next(asUtc.minusSeconds(1)).orElseThrow().equals(asUtc);
            })
        .toList();
  }

  @Test
  void last_ofManyInstants_isTheEndOfTheSeries() {
    CronTimes bursts = CronTimes.of("* * 3 1 1 *", "UTC");
    Instant until = Instant.parse("2026-06-01T00:00:00Z");
    List<Instant> last = bursts.last(Instant.parse("2020-01-01T00:00:00Z"), until, 1_000);
    assertThat(last).hasSize(1_000).isSorted().doesNotHaveDuplicates();
    assertThat(last.getLast()).isEqualTo(Instant.parse("2026-01-01T03:59:59Z"));
    assertThat(last.getFirst()).isEqualTo(last.getLast().minusSeconds(999));
  }

  @Test
  void last_acrossBursts_goesBackThroughThem() {
    CronTimes bursts = CronTimes.of("* * 3 1 1 *", "UTC");
    Instant until = Instant.parse("2026-01-01T03:00:10Z");
    List<Instant> last = bursts.last(Instant.parse("2020-01-01T00:00:00Z"), until, 20);
    assertThat(last).hasSize(20);
    assertThat(last.get(9)).isEqualTo(Instant.parse("2025-01-01T03:59:59Z"));
    assertThat(last.get(10)).isEqualTo(Instant.parse("2026-01-01T03:00:00Z"));
  }

  @Test
  void last_fewerThanAsked_areAll() {
    CronTimes hourly = CronTimes.of("0 * * * *", "UTC");
    Instant from = Instant.parse("2026-01-01T01:00:00Z");
    assertThat(hourly.last(from, from.plus(Duration.ofHours(2)), 50))
        .containsExactly(from, from.plus(Duration.ofHours(1)));
    assertThat(hourly.last(from.plusSeconds(1), from.plusSeconds(2), 50)).isEmpty();
  }

  private static void assertInstants(String cron, String zone, String after, String expected) {
    assertThat(CronTimes.of(cron, zone).following(Instant.parse(after), 2))
        .isEqualTo(Stream.of(expected.split(" ")).map(Instant::parse).toList());
  }
}
