package io.millrace.ops.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class TripSampleTest {
  private static final int ROWS = 200_000;
  private static final int FIELDS = 10;

  @Test
  void writeTo_sameSeedAndRows_sameBytesOnEveryMachine() throws Exception {
    assertThat(sha256(bytes(1, 1_000)))
        .isEqualTo("cef8ab2190b4ed5cb1e3e51d7d2f6e73e4a40e0d2fc22a7c5163de6a4c6a994d");
    assertThat(sha256(bytes(42, 20_000)))
        .isEqualTo("7d7f998a5467251a8ed1f8a9ab12f1c0349511a03d9e2430c4a877e379b1a8c5");
  }

  @Test
  void writeTo_otherSeed_otherBytes() throws Exception {
    assertThat(bytes(2, 100)).isNotEqualTo(bytes(1, 100));
  }

  @Test
  void writeTo_noRows_isTheHeaderAlone() throws Exception {
    assertThat(new String(bytes(1, 0), StandardCharsets.UTF_8))
        .isEqualTo(
            "trip_id,started_at,ended_at,rider_type,start_station,end_station,distance_km,"
                + "duration_s,fare,note\n");
  }

  @Test
  void constructor_rowsOutsideRange_isRefused() {
    assertThatThrownBy(() -> new TripSample(1, -1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new TripSample(1, TripSample.MAX_ROWS + 1))
        .hasMessageContaining("1000000000");
  }

  @Test
  void writeTo_manyRows_haveTheStatedDirt() throws Exception {
    List<CsvRecord> rows = rows();
    assertThat(rows).hasSize(ROWS);
    assertThat(rows).filteredOn(row -> row.getFieldCount() == FIELDS + 1).isNotEmpty();
    assertShare(rows, Dirt.RAGGED, row -> row.getFieldCount() != FIELDS);

    rows.removeIf(row -> row.getFieldCount() != FIELDS);
    assertShare(rows, Dirt.RIDER_EMPTY, field(3, String::isEmpty));
    assertShare(rows, Dirt.END_STATION_EMPTY, field(5, String::isEmpty));
    assertShare(rows, Dirt.DISTANCE_EMPTY, field(6, String::isEmpty));
    assertShare(rows, Dirt.DISTANCE_NA, field(6, "NA"::equals));
    assertShare(rows, Dirt.DISTANCE_OUTLIER, field(6, km -> km.matches("\\d{3,}\\.\\d\\d")));
    assertShare(rows, Dirt.DURATION_OUTLIER, field(7, TripSampleTest::isLongerThanADay));
    assertShare(rows, Dirt.DURATION_WORDS, field(7, s -> s.endsWith(" min")));
    assertShare(rows, Dirt.FARE_EMPTY, field(8, String::isEmpty));
    assertShare(rows, Dirt.FARE_NA, field(8, "NA"::equals));
    assertShare(rows, Dirt.FARE_FREE, field(8, "free"::equals));
    assertShare(
        rows, Dirt.DAY_FIRST, field(1, at -> at.matches("\\d\\d/\\d\\d/2025 \\d\\d:\\d\\d")));
    assertShare(rows, Dirt.NOTE_LINES, field(9, note -> note.contains("\n")));
    assertShare(
        rows, Dirt.NOTE_EMOJI, field(9, note -> note.codePoints().anyMatch(c -> c > 0x1F000)));
  }

  @Test
  void writeTo_manyRows_ridersCommuteAtRushHour() throws Exception {
    long[] hours = new long[24];
    for (CsvRecord row : rows()) {
      String at = row.getField(1);
      if (at.endsWith("Z")) {
        hours[Integer.parseInt(at.substring(11, 13))]++;
      }
    }
    assertThat(hours[8]).isGreaterThan(hours[10] * 3 / 2);
    assertThat(hours[17]).isGreaterThan(hours[20] * 3 / 2);
    assertThat(hours[3]).isLessThan(hours[8] / 20);
  }

  @Test
  void writeTo_manyRows_areInOrderOfTheirDayAndCoverTheYear() throws Exception {
    List<String> days = new ArrayList<>();
    for (CsvRecord row : rows()) {
      if (row.getField(1).endsWith("Z")) {
        days.add(row.getField(1).substring(0, 10));
      }
    }
    assertThat(days).isSorted();
    assertThat(days.getFirst()).isEqualTo("2025-01-01");
    assertThat(days.getLast()).isEqualTo("2025-12-31");
  }

  private static void assertShare(List<CsvRecord> rows, Dirt dirt, Predicate<CsvRecord> has) {
    double expected = dirt.perMillion() / 1e6;
    double share = (double) rows.stream().filter(has).count() / rows.size();
    // five standard deviations, and a twentieth for kinds of dirt that hide each other
    double spread = 5 * Math.sqrt(expected / rows.size()) + expected / 20;
    assertThat(share).as(dirt.name()).isCloseTo(expected, within(spread));
  }

  private static boolean isLongerThanADay(String seconds) {
    return seconds.matches("\\d+") && Long.parseLong(seconds) >= TripYear.DAY_SECONDS;
  }

  private static Predicate<CsvRecord> field(int index, Predicate<String> test) {
    return row -> test.test(row.getField(index));
  }

  private static List<CsvRecord> rows() throws IOException {
    String text = new String(bytes(7, ROWS), StandardCharsets.UTF_8);
    List<CsvRecord> rows = new ArrayList<>(ROWS);
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder().allowMissingFields(true).allowExtraFields(true).ofCsvRecord(text)) {
      reader.forEach(rows::add);
    }
    rows.removeFirst();
    return rows;
  }

  private static byte[] bytes(long seed, long rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TripSample(seed, rows).writeTo(out);
    return out.toByteArray();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
