package io.millrace.workers.analysis.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workers.analysis.read.CellHint;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellParserTest {
  private final CellParser parser = new CellParser();

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  ", "NULL", "null", "NA", "n/a", "#N/A", "NaN", "nan", "None", "\\N"})
  void parse_nullWords_areNull(String text) {
    assertThat(kindOf(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0,INTEGER",
    "-17,INTEGER",
    "+5,INTEGER",
    " 42 ,INTEGER",
    "123456789012345678901234567890,INTEGER",
    "007,STRING",
    "1.50,DECIMAL",
    ".5,DECIMAL",
    "5.,DECIMAL",
    "-1e-7,DECIMAL",
    "1E+5,DECIMAL",
    "1e999,STRING",
    "1e,STRING",
    "1e+,STRING",
    "-,STRING",
    "+,STRING",
    ".,STRING",
    "1.2.3,STRING",
    "1-2,STRING",
    "0x1F,STRING",
    "Infinity,STRING",
    "true,BOOLEAN",
    "No,BOOLEAN",
    "YES,BOOLEAN",
    "n,STRING",
    "2024-02-29,DATE",
    "2023-02-29,STRING",
    "2024/12/31,DATE",
    "2024-12/31,STRING",
    "2024-13-01,STRING",
    "2024-00-10,STRING",
    "2024-01-01T00:00,TIMESTAMP",
    "2024-01-01 23:59:59,TIMESTAMP",
    "2024-01-01T23:59:59.123456789Z,TIMESTAMP",
    "2024-01-01T10:00:00+02:00,TIMESTAMP",
    "2024-01-01T10:00:00-0730,TIMESTAMP",
    "2024-01-01T24:00:00,STRING",
    "2024-01-01T10:00:00+,STRING",
    "2024-01-01T10:00:00.,STRING",
    "2024-01-01x,STRING",
    "١٢٣,STRING"
  })
  void parse_text_isOfKind(String text, CellKind kind) {
    assertThat(kindOf(text)).isEqualTo(kind);
  }

  @Test
  void parse_jsonHints_decideWhereTheyCan() {
    assertThat(kindOf("12", CellHint.STRING)).isEqualTo(CellKind.STRING);
    assertThat(kindOf("2024-01-01", CellHint.STRING)).isEqualTo(CellKind.DATE);
    assertThat(kindOf("null", CellHint.STRING)).isEqualTo(CellKind.STRING);
    assertThat(kindOf("", CellHint.STRING)).isEqualTo(CellKind.STRING);
    assertThat(kindOf("", CellHint.NULL)).isNull();
    assertThat(kindOf("1.5", CellHint.NUMBER)).isEqualTo(CellKind.DECIMAL);
    assertThat(kindOf("{}", CellHint.OBJECT)).isEqualTo(CellKind.OBJECT);
    assertThat(kindOf("[]", CellHint.ARRAY)).isEqualTo(CellKind.ARRAY);
  }

  @Test
  void parse_randomDoubles_equalWhatTheJdkParses() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> random.nextDouble();
            case 1 -> Math.round(random.nextDouble(-1e9, 1e9)) / 100.0;
            case 2 -> Double.longBitsToDouble(random.nextLong());
            default -> random.nextDouble() * Math.pow(10, random.nextInt(-30, 30));
          };
      if (Double.isFinite(value)) {
        String text = Double.toString(value);
        assertThat(kindOf(text)).as(text).isEqualTo(CellKind.DECIMAL);
        assertThat(parser.number).as(text).isEqualTo(value);
      }
    }
  }

  @Test
  void parse_integersUpTo18Digits_areExact() {
    assertThat(kindOf("-999999999999999999")).isEqualTo(CellKind.INTEGER);
    assertThat(parser.isLong).isTrue();
    assertThat(parser.integer).isEqualTo(-999_999_999_999_999_999L);
    assertThat(kindOf("9999999999999999999")).isEqualTo(CellKind.INTEGER);
    assertThat(parser.isLong).isFalse();
    assertThat(parser.number).isEqualTo(1e19);
  }

  @Test
  void parse_timestamps_equalJavaTime() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 20_000; i++) {
      LocalDateTime time =
          LocalDateTime.ofEpochSecond(
              random.nextLong(-62_000_000_000L, 253_000_000_000L),
              random.nextInt(1_000_000) * 1_000,
              ZoneOffset.UTC);
      assertThat(kindOf(time.toString())).as(time.toString()).isEqualTo(CellKind.TIMESTAMP);
      assertThat(parser.micros)
          .as(time.toString())
          .isEqualTo(time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1_000);
    }
    assertThat(kindOf("2024-05-01T10:00:00+05:30")).isEqualTo(CellKind.TIMESTAMP);
    assertThat(parser.micros)
        .isEqualTo(OffsetDateTime.parse("2024-05-01T10:00:00+05:30").toEpochSecond() * 1_000_000);
  }

  private @Nullable CellKind kindOf(String text) {
    return kindOf(text, CellHint.TEXT);
  }

  private @Nullable CellKind kindOf(String text, byte hint) {
    char[] chars = ("#" + text + "#").toCharArray();
    return parser.parse(chars, 1, 1 + text.length(), hint);
  }
}
