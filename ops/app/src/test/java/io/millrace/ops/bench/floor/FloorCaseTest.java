package io.millrace.ops.bench.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.ops.bench.result.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloorCaseTest {
  @Test
  void measurements_threeRepetitions_areMediansUnderTheOtherCasesNames() {
    List<Measurement> measured =
        FloorCase.measurements(
            1000,
            List.of(
                new FloorRun.Times(1, 2, 3),
                new FloorRun.Times(9, 9, 9),
                new FloorRun.Times(2, 2.5, 2.5)));
    assertThat(measured).allMatch(m -> m.system().equals("floor") && m.faults().isEmpty());
    assertThat(measured)
        .flatExtracting(
            m -> m.figures().stream().map(f -> tuple(m.caseName(), f.id(), f.value())).toList())
        .containsExactly(
            tuple("floor", "insert-per-second", 500.0),
            tuple("floor", "claim-per-second", 400.0),
            tuple("floor", "complete-per-second", 1000.0 / 3),
            tuple("submit-bulk", "jobs-per-second", 500.0),
            tuple("drain", "jobs-per-second", 200.0),
            tuple("end-to-end", "jobs-per-second", 1000.0 / 7));
  }
}
