package io.millrace.ops.bench.report;

import static io.millrace.ops.bench.result.Measurement.FLOOR;
import static io.millrace.ops.bench.result.Measurement.MILLRACE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
  private static final String JOBS = "jobs-per-second";

  @Test
  void lines_wide_showMillraceBesideFloorPeersAndTarget() {
    List<String> lines = Table.lines(drain().build(), 240);

    assertThat(lines.getFirst().split("  +"))
        .containsExactly(
            "CASE",
            "FIGURE",
            "UNIT",
            "MILLRACE",
            "FLOOR",
            "DB-SCHEDULER",
            "JOBRUNR",
            "×FLOOR",
            "×PEER",
            "BAR",
            "MOONSHOT",
            "VERDICT");
    assertThat(lines.get(1).split("  +"))
        .containsExactly(
            "drain",
            JOBS,
            "/s",
            "12,000",
            "20,000",
            "4,000",
            "1,500",
            "0.60",
            "3.00",
            "≥ 10,000",
            "≥ 10,000",
            "moonshot");
    assertThat(lines.get(2).split("  +"))
        .containsExactly("status", "p99@finished", "ms", "61.5", "< 50 ms", "below");
  }

  @Test
  void lines_columns_areAligned() {
    List<String> lines = Table.lines(drain().build(), 240);

    int verdict = lines.getFirst().indexOf("VERDICT");
    assertThat(lines.get(1).substring(verdict)).isEqualTo("moonshot");
    assertThat(lines.get(2).substring(verdict)).isEqualTo("below");
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 110, 140})
  void lines_narrow_fitAndKeepTheVerdict(int width) {
    List<String> lines = Table.lines(drain().build(), width);

    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    assertThat(lines.get(1)).contains("12,000").endsWith("moonshot");
  }

  @Test
  void lines_eightyColumns_doNotCutTheFigure() {
    Samples report = drain().rate("status", MILLRACE, "gets-per-second@finished", 3);

    assertThat(Table.lines(report.build(), 80).getLast()).contains("gets-per-second@finished");
  }

  @Test
  void lines_onlyPeerMeasured_leaveMillraceEmpty() {
    Samples report = Samples.report().rate("drain", "jobrunr", JOBS, 500);

    assertThat(Table.lines(report.build(), 240).get(1).split("  +"))
        .containsExactly("drain", JOBS, "/s", "500");
  }

  @Test
  void lines_quick_saySo() {
    assertThat(Table.lines(drain().quick().build(), 110).getLast()).contains("--quick");
  }

  private static Samples drain() {
    return Samples.report()
        .rate("drain", FLOOR, JOBS, 20_000)
        .rate("drain", MILLRACE, JOBS, 12_000)
        .rate("drain", "db-scheduler", JOBS, 4000)
        .rate("drain", "jobrunr", JOBS, 1500)
        .millis("status", "p99@finished", 61.5);
  }
}
