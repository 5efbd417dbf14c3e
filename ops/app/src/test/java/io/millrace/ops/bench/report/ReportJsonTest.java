package io.millrace.ops.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Latencies;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportJsonTest {
  @TempDir Path dir;

  @Test
  void read_whatWasWritten_isEqual() throws Exception {
    BenchReport report = Samples.report().floorInserts(1234.5).add(full()).quick().build();

    assertThat(ReportJson.read(file(ReportJson.write(report)))).isEqualTo(report);
  }

  @Test
  void read_unknownFields_arePassedOver() throws Exception {
    BenchReport report = Samples.report().add(full()).build();
    String newer =
        ReportJson.write(report)
            .replace("\"seed\"", "\"invented\" : {\"a\" : 1}, \"seed\"")
            .replace("\"caseName\"", "\"weather\" : \"fine\", \"caseName\"");

    assertThat(newer).contains("weather").contains("invented");
    assertThat(ReportJson.read(file(newer))).isEqualTo(report);
  }

  @Test
  void read_missingFields_areEmpty() throws Exception {
    String older =
        """
        {"startedAt": "2030-05-01T08:00:00Z",
         "measurements": [{"caseName": "drain", "system": "millrace",
           "figures": [{"id": "a", "label": "A", "unit": "MILLIS", "value": 3}]}]}
        """;

    BenchReport report = ReportJson.read(file(older));

    assertThat(report.machine()).isEmpty();
    assertThat(report.quick()).isFalse();
    assertThat(report.measurements().getFirst().faults()).isEmpty();
    assertThat(report.measurements().getFirst().costs()).isEmpty();
    assertThat(report.measurements().getFirst().figures().getFirst().value()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[]", "not JSON", "{\"measurements\": 3}"})
  void read_garbage_isRefusedWithTheFilesName(String text) throws Exception {
    Path file = file(text);

    assertThatThrownBy(() -> ReportJson.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " is no report");
  }

  @Test
  void read_missingFile_isRefused() {
    assertThatThrownBy(() -> ReportJson.read(dir.resolve("gone.json")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone.json is no file that can be read");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("report.json"), text);
  }

  private static Measurement full() {
    return new Measurement(
        "drain",
        "millrace",
        List.of(new Figure("jobs-per-second", "jobs", Unit.PER_SECOND, 0.125)),
        List.of(new Series("jobs", Unit.PER_SECOND, List.of(new Series.Point(1, 20)))),
        List.of(new Latencies("run", 3, 1, 2, 3, 4, 2.5, List.of(new Latencies.Bucket(1.5, 3)))),
        Map.of("WAL bytes", 12.5, "fsyncs", 3.0),
        List.of("a job was lost"));
  }
}
