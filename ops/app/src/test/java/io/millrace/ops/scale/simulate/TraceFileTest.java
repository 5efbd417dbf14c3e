package io.millrace.ops.scale.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTest {
  @TempDir Path folder;

  @Test
  void read_countsAndRunTimes_makesTheirJobs() throws IOException {
    Trace trace = read("second,arrivals,run_millis\n0,2,100\n\n3,1,250\n");
    assertThat(trace.jobs()).isEqualTo(3);
    assertThat(trace.runMillis()).containsExactly(100, 100, 250);
    assertThat(trace.arrivalMillis()[2]).isBetween(3_000L, 3_999L);
    assertThat(trace.lengthMillis()).isEqualTo(4_000);
  }

  @Test
  void read_noRunTimes_drawsThemAroundTheMean() throws IOException {
    Trace trace = read("0,100000\n");
    assertThat(trace.work() / trace.jobs()).isBetween(0.49, 0.51);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,x        | :1: arrivals is x; it must be a whole number from 0 to 1,000,000",
        "0          | :1 has 1 columns",
        "0,1,0      | :1: run_millis is 0; it must be a whole number from 1",
        "0,1;0,1    | :2: second is 0; it must be more than 0, the line before",
        "s,a        | has no line second,arrivals",
        "0,1000000;1,1000000;2,1000000;3,1000000;4,1000000;5,1000000;6,1000000;7,1000000;8,1000000;9,1000000;10,1000000;11,1000000;12,1000000;13,1000000;14,1000000;15,1000000;16,1000000;17,1000000;18,1000000;19,1000000;20,1000000 | the most is 20,000,000"
      })
  void read_wrong_namesLineAndColumn(String lines, String said) {
    assertThatThrownBy(() -> read(lines.strip().replace(';', '\n')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said.strip());
  }

  private Trace read(String text) throws IOException {
    return TraceFile.read(Files.writeString(folder.resolve("trace.csv"), text), 0.5, 1);
  }
}
