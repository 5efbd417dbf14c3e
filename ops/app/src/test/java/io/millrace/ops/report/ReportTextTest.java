package io.millrace.ops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "-3|-3",
        "1234567|'1,234,567'",
        "0.5|0.5",
        "3.14159|3.142",
        "12345.678|'12,346'",
        "0.00001|1.00e-05",
        "5e12|5.00e+12",
        "999.96|1000",
        "-2.50|-2.5"
      })
  void number_showsFourDigits(double number, String text) {
    assertThat(Figures.number(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0%",
    "1,100%",
    "0.0004,<0.1%",
    "0.025,2.5%",
    "0.9999,99.9%",
    "0.5,50%",
    "0.019877,2.0%"
  })
  void percent_neverRoundsToAllOrNothing(double share, String text) {
    assertThat(Figures.percent(share)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "999,999",
    "9999,'9,999'",
    "10000,10.0k",
    "998112,998k",
    "999600,1.00M",
    "12345678,12.3M"
  })
  void compact_showsThreeDigits(long number, String text) {
    assertThat(Figures.compact(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.0 kB",
    "107080005,107 MB",
    "99960000,100 MB",
    "1500000000,1.5 GB"
  })
  void bytes_usesUnitsOfAThousand(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "420,420 ms",
    "3412,3.4 s",
    "59949,59.9 s",
    "59950,1 min 00 s",
    "125000,2 min 05 s",
    "12000000,3 h 20 min"
  })
  void millis_growsItsUnit(long millis, String text) {
    assertThat(Figures.millis(millis)).isEqualTo(text);
  }

  @Test
  void cells_wideAndCombining_areMeasuredAsTerminalsDrawThem() {
    assertThat(Cells.width("abc")).isEqualTo(3);
    assertThat(Cells.width("東京")).isEqualTo(4);
    assertThat(Cells.width("🚲")).isEqualTo(2);
    assertThat(Cells.width("e\u0301")).isEqualTo(1);
  }

  @Test
  void cells_textTooLong_isCutBetweenCharacters() {
    assertThat(Cells.fit("東京駅前", 6)).isEqualTo("東京…");
    assertThat(Cells.left("東京駅前", 6)).isEqualTo("東京… ");
    assertThat(Cells.right("ab", 4)).isEqualTo("  ab");
    assertThat(Cells.fit("abc", 0)).isEmpty();
  }

  @Test
  void cells_controlCharacters_cannotBreakTheRow() {
    assertThat(Cells.visible("a\nb\tc\033[2Jd\u202E")).isEqualTo("a␊b␉c\uFFFD[2Jd\uFFFD");
  }

  @Test
  void histogram_binsOfUnequalWidth_spreadOverTheirRange() {
    Histogram bars =
        new Histogram(List.of(new Histogram.Bin(0, 1, 8), new Histogram.Bin(1, 4, 12)), false);

    assertThat(bars.draw(4)).isEqualTo("█▄▄▄");
    assertThat(bars.draw(8)).isEqualTo("██▄▄▄▄▄▄");
  }

  @Test
  void histogram_emptyAndTinyBins_areToldApart() {
    Histogram bars =
        new Histogram(
            List.of(
                new Histogram.Bin(0, 1, 1000),
                new Histogram.Bin(1, 2, 0),
                new Histogram.Bin(2, 3, 1)),
            false);

    assertThat(bars.draw(3)).isEqualTo("█ ▁");
  }

  @Test
  void histogram_oneValueOnly_isOneBar() {
    assertThat(new Histogram(List.of(new Histogram.Bin(5, 5, 10)), false).draw(5))
        .isEqualTo("  █  ");
  }

  @Test
  void histogram_outlierCrowdsOneBin_isDrawnFromQuantiles() {
    JsonNode column =
        JsonMapper.shared()
            .readTree(
                """
                {"histogram":{"edges":[0,500,1000],"counts":[999,1]},
                 "quantiles":{"values":[{"rank":0.25,"value":0},{"rank":0.5,"value":1},
                                        {"rank":0.75,"value":3}]}}
                """);

    assertThat(Histogram.of(column).draw(4)).isEqualTo("█▄▄»");
  }
}
